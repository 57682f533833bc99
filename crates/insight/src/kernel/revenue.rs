//! Money, by currency.

use event::{Field, Timestamp};

use super::{Fold, Person, Plan, Source, Values, Wanted, class, table};
use crate::{
    AnswerError, BreakdownValue, Column, CurrencyFigures, Point, Revenue, RevenueAnswer, Subject,
    calendar::Buckets, exact,
};

const CURRENCY: usize = 0;
const AMOUNT: usize = 1;

/// The answer.
pub(super) fn answer<S: Source>(q: &Revenue, source: &S) -> Result<RevenueAnswer, S::Error> {
    let buckets = q.interval.map(|interval| Buckets::new(&q.range, interval)).transpose();
    let fold = Sums { buckets: buckets.map_err(AnswerError::from)? };
    let found = source.fold(&plan(q), &fold)?;
    let paid = found.into_iter().enumerate().filter(|(_, money)| money.orders > 0);
    let one = |(code, money): (usize, Money)| {
        let point = |(index, sum): (usize, &i128)| {
            let buckets = fold.buckets.as_ref()?;
            Some(Point {
                start: buckets.starts()[index],
                value: Some(exact::unscaled(*sum)),
                partial: buckets.is_partial(index, source.now()),
            })
        };
        let data = money.buckets.iter().enumerate().filter_map(point).collect();
        CurrencyFigures {
            currency: currency(source.value(&table::field(Field::Currency), code as u32)),
            sum: exact::unscaled(money.sum),
            orders: money.orders,
            persons: money.persons,
            average_order: exact::mean(money.sum, money.orders),
            per_person: exact::mean(money.sum_of_persons, money.persons),
            data: fold.buckets.is_some().then_some(data),
        }
    };
    let mut currencies: Vec<CurrencyFigures> = paid.map(one).collect();
    currencies.sort_by(|a, b| b.orders.cmp(&a.orders).then_with(|| a.currency.cmp(&b.currency)));
    Ok(RevenueAnswer { currencies })
}

/// Persons that paid, or that paid in a currency (None: in none).
pub(super) fn behind<S: Source>(
    q: &Revenue,
    wanted: Option<Option<&str>>,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let fold = Behind { wanted };
    source.fold(&Plan { nobody: false, ..plan(q) }, &fold).map(|payers| payers.persons)
}

fn plan(q: &Revenue) -> Plan {
    let selectors = match q.selector.event {
        Some(_) => vec![q.selector.clone()],
        None => class::selectors(&q.classes.purchase, &q.selector.filter),
    };
    let amount = Wanted::Number(Subject::Field(Column::Revenue));
    Plan {
        times: (q.range.from.0, q.range.to.0),
        selectors,
        columns: vec![Wanted::Value(table::field(Field::Currency)), amount],
        nobody: true,
        everyone: false,
    }
}

fn currency(value: BreakdownValue) -> Option<String> {
    match value {
        BreakdownValue::Text(text) => Some(text),
        _ => None,
    }
}

/// The orders of a person: when, the code of the currency, and how many millionths of it.
fn orders<'a, V: Values>(
    person: &Person<'a>,
    values: &'a V,
) -> impl Iterator<Item = (i64, u32, i128)> + 'a {
    person.marks.iter().filter_map(|mark| {
        let amount = exact::scaled(values.number(AMOUNT, mark)?)?;
        Some((mark.at, values.code(CURRENCY, mark), amount))
    })
}

struct Sums {
    buckets: Option<Buckets>,
}

/// What was paid in one currency, in millionths.
#[derive(Clone, Default)]
struct Money {
    orders: u64,
    sum: i128,
    /// Without orders of nobody.
    sum_of_persons: i128,
    persons: u64,
    /// Number of the person counted last, plus one.
    last: u32,
    /// Per bucket; none before the first order, or where none are asked for.
    buckets: Vec<i128>,
}

impl Fold for Sums {
    /// By code of the currency.
    type Part = Vec<Money>;

    fn start(&self) -> Self::Part {
        Vec::new()
    }

    fn person<V: Values>(&self, part: &mut Self::Part, person: Person<'_>, values: &V) {
        for (at, code, amount) in orders(&person, values) {
            if part.len() <= code as usize {
                part.resize(code as usize + 1, Money::default());
            }
            let money = &mut part[code as usize];
            money.orders += 1;
            money.sum += amount;
            if let Some(number) = person.number {
                money.sum_of_persons += amount;
                money.persons += u64::from(money.last != number + 1);
                money.last = number + 1;
            }
            if let Some(buckets) = &self.buckets
                && let Some(index) = buckets.index(Timestamp(at))
            {
                money.buckets.resize(buckets.len(), 0);
                money.buckets[index] += amount;
            }
        }
    }

    fn merge(&self, mut a: Self::Part, mut b: Self::Part) -> Self::Part {
        if a.len() < b.len() {
            std::mem::swap(&mut a, &mut b);
        }
        for (money, other) in a.iter_mut().zip(b) {
            money.orders += other.orders;
            money.sum += other.sum;
            money.sum_of_persons += other.sum_of_persons;
            money.persons += other.persons;
            money.buckets.resize(money.buckets.len().max(other.buckets.len()), 0);
            money.buckets.iter_mut().zip(other.buckets).for_each(|(sum, other)| *sum += other);
        }
        a
    }
}

struct Behind<'q> {
    wanted: Option<Option<&'q str>>,
}

#[derive(Default)]
struct Payers {
    persons: Vec<u32>,
    /// By code, whether it is the currency that is wanted.
    is_wanted: Vec<Option<bool>>,
}

impl Behind<'_> {
    fn is_wanted<V: Values>(&self, known: &mut Vec<Option<bool>>, code: u32, values: &V) -> bool {
        let Some(wanted) = self.wanted else { return true };
        let at = code as usize;
        if known.len() <= at {
            known.resize(at + 1, None);
        }
        let look_up = || currency(values.value(CURRENCY, code)).as_deref() == wanted;
        *known[at].get_or_insert_with(look_up)
    }
}

impl Fold for Behind<'_> {
    type Part = Payers;

    fn start(&self) -> Payers {
        Payers::default()
    }

    fn person<V: Values>(&self, part: &mut Payers, person: Person<'_>, values: &V) {
        let Payers { persons, is_wanted } = part;
        let mut codes = orders(&person, values).map(|(_, code, _)| code);
        if codes.any(|code| self.is_wanted(is_wanted, code, values)) {
            persons.extend(person.number);
        }
    }

    fn merge(&self, mut a: Payers, b: Payers) -> Payers {
        a.persons.extend(b.persons);
        a
    }
}
