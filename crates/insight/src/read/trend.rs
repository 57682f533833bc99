//! Trends.

use event::Code;

use super::{
    SERIES_MAX, Scope,
    common::{bounded, breakdown, interval, selector},
    filter,
    object::Object,
    range::range,
};
use crate::{Formula, Measure, Selector, Series, Shape, Statistic, Trend};

const MOVING_AVERAGE_MAX: u64 = 100;

pub(super) fn trend(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Trend> {
    let range = range(object, "range", scope, "7d");
    let interval = interval(object, "interval").unwrap_or_default();
    bounded(object, "interval", range.as_ref(), interval);
    let any = || {
        let selector = Selector::default();
        vec![Series { name: selector.name(), selector, measure: Measure::Total }]
    };
    let series = match object.has("series") {
        true => object.objects("series", SERIES_MAX, |item| one(item, scope)),
        false => {
            object.known("series");
            Some(any())
        }
    };
    let formula = match (object.text("formula"), &series) {
        (Some(text), Some(series)) => match Formula::parse(text, series.len()) {
            Ok(formula) => Some(formula),
            Err(error) => {
                object.problem("formula", Code::InvalidValue, format!("formula {error}"));
                None
            }
        },
        _ => None,
    };
    let breakdown = breakdown(object, scope);
    let compare = object.choice("compare", &["previous"]).is_some();
    let cumulative = object.flag("cumulative");
    let shape = match (cumulative, object.whole("moving_average", 2, MOVING_AVERAGE_MAX)) {
        (true, Some(_)) => {
            let message = "there are both cumulative and moving_average, use one".to_owned();
            object.problem("moving_average", Code::InvalidValue, message);
            return None;
        }
        (true, None) => Shape::Cumulative,
        (false, Some(width)) => Shape::MovingAverage(width as usize),
        (false, None) => Shape::Plain,
    };
    Some(Trend { range: range?, interval, series: series?, formula, breakdown, compare, shape })
}

fn one(item: &mut Object<'_>, scope: &Scope<'_>) -> Option<Series> {
    let mut names = vec!["total", "unique_persons", "sessions", "per_person"];
    names.extend(Statistic::ALL.iter().map(|statistic| statistic.as_str()));
    let name = item.text("name").map(str::to_owned);
    let measure = match item.choice("measure", &names) {
        None | Some("total") => Some(Measure::Total),
        Some("unique_persons") => Some(Measure::UniquePersons),
        Some("sessions") => Some(Measure::Sessions),
        Some("per_person") => Some(Measure::PerPerson),
        Some(named) => {
            let statistic = Statistic::ALL.iter().copied().find(|s| s.as_str() == named);
            let subject = filter::subject(item);
            statistic.zip(subject).map(|(statistic, subject)| Measure::Of(statistic, subject))
        }
    };
    let selector = selector(item, scope)?;
    let name = name.unwrap_or_else(|| selector.name());
    Some(Series { name, selector, measure: measure? })
}
