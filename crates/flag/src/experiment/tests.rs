//! Every number equals SciPy's (1.17.1); the expression that gave it stands beside it.

use super::*;

const NEAR: f64 = 1e-9;

fn near(got: f64, expected: f64) {
    let slack = NEAR * expected.abs().max(1e-3);
    assert!((got - expected).abs() <= slack, "{got} is not {expected}");
}

fn near_all(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    got.iter().zip(expected).for_each(|(got, expected)| near(*got, *expected));
}

fn of(converted: u64, people: u64) -> Conversion {
    Conversion { people, converted }
}

fn mean(mean: f64, deviation: f64, people: u64) -> Mean {
    Mean { people, mean, variance: deviation * deviation }
}

#[test]
fn p_values_of_two_shares() {
    // scipy.stats.chi2_contingency([[a, n-a], [b, m-b]], correction=False).pvalue
    let p = |a, b| difference_of_rates(&a, &b, 0.05).unwrap().p_value;
    near(p(of(200, 1000), of(250, 1000)), 0.007419649261025672);
    near(p(of(3, 50), of(9, 60)), 0.13164831880271927);
    near(p(of(52_000, 1_000_000), of(52_500, 1_000_000)), 0.11210908000048694);
    assert_eq!(p(of(0, 10), of(0, 20)), 1.0);
    assert_eq!(p(of(10, 10), of(20, 20)), 1.0);
}

#[test]
fn intervals_of_shares() {
    // scipy.stats.binomtest(k, n).proportion_ci(1 - alpha, 'wilson')
    let check = |counted, alpha, low, high| {
        let interval = wilson(&counted, alpha).unwrap();
        near_all(&[interval.low, interval.high], &[low, high]);
    };
    check(of(200, 1000), 0.05, 0.1763770904431985, 0.2259189646481346);
    check(of(0, 20), 0.05, 0.0, 0.16112515805281935);
    check(of(45, 50), 0.01, 0.7402692104043159, 0.9660091162215817);
    assert_eq!(wilson(&of(0, 0), 0.05), None);
}

#[test]
fn intervals_of_the_difference_of_two_shares() {
    // (l1, u1), (l2, u2) = the two above; d = p2 - p1
    // (d - numpy.hypot(p2 - l2, u1 - p1), d + numpy.hypot(u2 - p2, p1 - l1))
    let check = |a, b, alpha, low, high| {
        let interval = difference_of_rates(&a, &b, alpha).unwrap().interval;
        near_all(&[interval.low, interval.high], &[low, high]);
    };
    check(of(200, 1000), of(250, 1000), 0.05, 0.013395969886116285, 0.08645099471882534);
    check(of(3, 50), of(9, 60), 0.1, -0.011107930842046379, 0.1875849798107936);
}

#[test]
fn differences_of_two_means() {
    // scipy.stats.ttest_ind_from_stats(m2, s2, n2, m1, s1, n1, equal_var=False).pvalue
    // m2 - m1 -+ scipy.stats.t.ppf(1 - alpha/2, welch_df) * sqrt(s1**2/n1 + s2**2/n2)
    let check = |a, b, alpha, expected: [f64; 3]| {
        let found = difference_of_means(&a, &b, alpha).unwrap();
        near_all(&[found.p_value, found.interval.low, found.interval.high], &expected);
    };
    let expected = [0.03548812732508711, 0.0685314903094063, 1.9314685096905937];
    check(mean(10.0, 3.0, 100), mean(11.0, 4.0, 120), 0.05, expected);
    let expected = [0.2106211760768659, -1.7760414773817064, 5.776041477381707];
    check(mean(5.0, 1.0, 5), mean(7.0, 2.5, 4), 0.05, expected);
    let expected = [0.09782389477951368, -0.27803721928619884, 1.2780372192861988];
    check(mean(20.0, 15.0, 5000), mean(20.5, 15.5, 5200), 0.01, expected);
    assert_eq!(difference_of_means(&mean(1.0, 1.0, 1), &mean(1.0, 1.0, 9), 0.05), None);
}

#[test]
fn shares_of_people_that_are_not_as_planned() {
    // scipy.stats.chisquare(counts, expected).pvalue
    let p = |counts: &[(u64, f64)]| mismatch(counts).unwrap();
    near(p(&[(5000, 1.0), (5200, 1.0)]).p_value, 0.0476703806561615);
    let thirds = p(&[(3000, 1.0), (3300, 1.0), (3150, 1.0)]);
    near(thirds.p_value, 0.0007904903231199663);
    assert!(thirds.is_warning);
    let tenth = p(&[(9000, 90.0), (1100, 10.0)]);
    near(tenth.p_value, 0.002834749080259389);
    assert!(!tenth.is_warning);
    assert_eq!(p(&[(5, 1.0), (5, 1.0)]).p_value, 1.0);
    assert_eq!(p(&[(10_000_000_000, 1.0), (1, 1.0)]).p_value, 0.0);
    assert_eq!(mismatch(&[(0, 1.0), (0, 1.0)]), None);
}

#[test]
fn people_that_are_needed() {
    // m = (p1 + p2) / 2; ppf = scipy.stats.norm.ppf
    // ((ppf(1 - alpha/2) * sqrt(2*m*(1-m)) + ppf(power) * sqrt(p1*(1-p1) + p2*(1-p2))) / (p2-p1))**2
    assert_eq!(people_for_rates(0.1, 0.12, 0.05, 0.8), 3841.0); // 3840.847
    assert_eq!(people_for_rates(0.05, 0.06, 0.01, 0.9), 15465.0); // 15464.651
    // 2 * ((ppf(1 - alpha/2) + ppf(power)) * deviation / effect)**2
    assert_eq!(people_for_means(15.0, 1.0, 0.05, 0.8), 3532.0); // 3531.996
}

#[test]
fn which_share_is_the_largest() {
    // scipy.integrate.quad(lambda x: beta.pdf(x, 1+k, 1+n-k) * prod(beta.cdf(x, ...) of others)),
    // from beta.ppf(1e-14) to beta.isf(1e-14), epsabs=1e-13, epsrel=1e-12
    let check = |counted: &[Conversion], expected: &[f64]| {
        near_all(&best_rate(counted).unwrap(), expected);
    };
    let two = [of(200, 1000), of(250, 1000)];
    check(&two, &[0.0037166708695497825, 0.9962833291304295]);
    let three = [of(3, 50), of(9, 60), of(6, 46)];
    check(&three, &[0.03418426573096378, 0.5757747551449939, 0.3900409791240125]);
    check(&[of(0, 0), of(2, 3)], &[0.4, 0.6]);
    let uneven = [of(52_000, 1_000_000), of(52_100, 1_000_000), of(10, 90)];
    check(&uneven, &[0.0029294590931064467, 0.0049045599268601435, 0.9921659809800233]);
    assert_eq!(best_rate(&[of(1, 2)]), None);
    assert_eq!(best_rate(&[of(1, 2), of(3, 2)]), None);
}

#[test]
fn which_mean_is_the_largest() {
    // The same with scipy.stats.t(n - 1, mean, deviation / sqrt(n)), in pieces up to 1e6 errors
    // away.
    let two = best_mean(&[mean(10.0, 3.0, 100), mean(11.0, 4.0, 120)]).unwrap();
    near_all(&two, &[0.01816066114867842, 0.9818393388512757]);
    let few = [mean(5.0, 1.0, 5), mean(7.0, 2.5, 4), mean(6.0, 2.0, 10)];
    let expected = [0.026653271414250952, 0.7211230169826603, 0.2522237116030886];
    near_all(&best_mean(&few).unwrap(), &expected);
    assert_eq!(best_mean(&[mean(1.0, 0.0, 9), mean(2.0, 1.0, 9)]), None);
}

#[test]
fn where_a_share_or_a_mean_lies() {
    // scipy.stats.beta.ppf(alpha/2, 1+k, 1+n-k), .isf(alpha/2, ..)
    let share = |counted, alpha, expected: [f64; 2]| {
        let found = credible_rate(&counted, alpha).unwrap();
        near_all(&[found.low, found.high], &expected);
    };
    share(of(200, 1000), 0.05, [0.17639237749914635, 0.22593716107257145]);
    share(of(0, 20), 0.05, [0.0012048834483635127, 0.16109761521907962]);
    share(of(45, 50), 0.01, [0.7465478290390726, 0.9687846801319066]);
    share(of(52_000, 1_000_000), 0.05, [0.051566577492189965, 0.052436911793618056]);
    share(of(0, 0), 0.05, [0.025, 0.975]);
    assert_eq!(credible_rate(&of(2, 1), 0.05), None);
    // m -+ scipy.stats.t.isf(alpha/2, n-1) * s / sqrt(n)
    let number = |counted, alpha, expected: [f64; 2]| {
        let found = credible_mean(&counted, alpha).unwrap();
        near_all(&[found.low, found.high], &expected);
    };
    number(mean(10.0, 3.0, 100), 0.05, [9.404734914524076, 10.595265085475924]);
    number(mean(7.0, 2.5, 4), 0.05, [3.0219421183953643, 10.978057881604636]);
    number(mean(20.0, 15.0, 5000), 0.01, [19.453375381492947, 20.546624618507053]);
    number(mean(3.0, 0.0, 9), 0.05, [3.0, 3.0]);
    assert_eq!(credible_mean(&mean(3.0, 0.0, 1), 0.05), None);
}

fn arm(variant: &str, counted: Conversion) -> Arm {
    Arm { variant: variant.to_owned(), weight: 50.0, counted: Counted::Conversion(counted) }
}

fn plan() -> Plan {
    let metric = Metric::Conversion { baseline: 0.1, effect: 0.02 };
    Plan { metric, alpha: 0.05, power: 0.8 }
}

#[test]
fn a_report_says_when_it_is_a_peek() {
    let early = [arm("control", of(200, 1000)), arm("test", of(250, 1000))];
    let found = report(&plan(), &early).unwrap();
    assert_eq!((found.minimum_sample, found.is_complete), (3841, false));
    assert_eq!((found.findings[0].difference, found.findings[0].uplift), (None, None));
    near(found.findings[1].uplift.unwrap(), 0.25);
    near(found.findings[1].difference.unwrap().p_value, 0.007419649261025672);
    near(found.findings[1].probability_best.unwrap(), 0.9962833291304295);

    let late = [arm("control", of(400, 4000)), arm("test", of(500, 4700))];
    let found = report(&plan(), &late).unwrap();
    assert!(found.is_complete);
    assert!(found.mismatch.unwrap().is_warning);

    let nobody = [arm("control", of(0, 0)), arm("test", of(0, 0))];
    let found = report(&plan(), &nobody).unwrap();
    assert_eq!((found.findings[1].difference, found.mismatch), (None, None));
}

#[test]
fn bad_plans_and_counts_are_told_all_at_once() {
    let metric = Metric::Conversion { baseline: 1.2, effect: 0.0 };
    let bad = Plan { metric, alpha: 0.0, power: 1.0 };
    let arms = [arm("control", of(2, 1)), Arm { weight: 0.0, ..arm("test", of(1, 2)) }];
    let problems = report(&bad, &arms).unwrap_err();
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    let expected = ["alpha", "power", "baseline", "effect", "variants[0]", "variants[1].weight"];
    assert_eq!(fields, expected);
    let tiny = Metric::Mean { deviation: 1.0, effect: 1e-12 };
    let problems = Plan { metric: tiny, ..plan() }.minimum_sample().unwrap_err();
    assert_eq!(problems[0].field, "effect");
    assert_eq!(report(&plan(), &arms[..1]).unwrap_err()[0].field, "variants");
}

#[test]
fn millions_of_people() {
    // The expressions of differences_of_two_means.
    for people in [400_000, 1_000_000, 100_000_000, 10_000_000_000_u64] {
        let error = (18.0 / people as f64).sqrt();
        let (a, b) = (mean(10.0, 3.0, people), mean(10.0 + 2.0 * error, 3.0, people));
        let found = difference_of_means(&a, &b, 0.05).unwrap();
        assert!((found.p_value - 0.0455002638963584).abs() < 1e-6, "{people}: {}", found.p_value);
        let half = (found.interval.high - found.interval.low) / 2.0;
        assert!((half / error - 1.959963984540054).abs() < 1e-5, "{people}: {half}");
        let best = best_mean(&[a, b]).unwrap();
        // scipy.stats.norm.sf(2)
        assert!((best[0] - 0.0227501319481792).abs() < 1e-6, "{people}: {best:?}");
        let rates = best_rate(&[of(people / 2, people), of(people / 2, people)]).unwrap();
        assert!((rates[0] - 0.5).abs() < 1e-9, "{people}: {rates:?}");
    }
}
