//! Figures over sessions.

mod latest;

use event::Timestamp;

use super::{
    Fold, Mark, Person, Plan, Source, Values,
    session::{self, Session},
    visits::{self, Tally, Visits},
};
use crate::{AnswerError, Selector, SessionFigures, Sessions, SessionsAnswer, calendar::Buckets};
use latest::Latest;

/// The answer.
pub(super) fn answer<S: Source>(q: &Sessions, source: &S) -> Result<SessionsAnswer, S::Error> {
    let buckets = q.interval.map(|interval| Buckets::new(&q.range, interval)).transpose();
    let buckets = buckets.map_err(AnswerError::from)?;
    let cells = buckets.as_ref().map_or(1, Buckets::len);
    let fold = Figures { found: Found::new(q, source.now()), buckets, cells };
    let mut part = source.fold(&fold.found.plan(), &fold)?;
    let data = fold.buckets.as_ref().map(|buckets| {
        let one = |(index, cell): (usize, &mut Tally)| -> (Timestamp, SessionFigures, bool) {
            (buckets.starts()[index], cell.figures(), buckets.is_partial(index, source.now()))
        };
        part.cells.iter_mut().enumerate().map(one).collect()
    });
    let mut all = part.cells.into_iter().fold(Tally::default(), Tally::merge);
    all.persons = part.persons;
    let (list, next) = match q.list {
        0 => (None, None),
        _ => part.latest.lines(q, source).map(|(lines, next)| (Some(lines), next))?,
    };
    Ok(SessionsAnswer { all: all.figures(), data, list, next })
}

/// Persons with a session, or with one that bounced.
pub(super) fn behind<S: Source>(
    q: &Sessions,
    bounced: bool,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let fold = Behind { found: Found::new(q, source.now()), bounced };
    source.fold(&fold.found.plan(), &fold).map(|(_, persons)| persons)
}

/// Which sessions are meant.
struct Found<'q> {
    q: &'q Sessions,
    now: Timestamp,
    selectors: Vec<Selector>,
    /// The selector of what is asked for.
    wanted: usize,
    /// Those of events that end a session, and that begin one.
    end: Option<usize>,
    start: Option<usize>,
}

impl<'q> Found<'q> {
    fn new(q: &'q Sessions, now: Timestamp) -> Self {
        let mut selectors = vec![Selector::default()];
        if q.selector != selectors[visits::ANY] {
            selectors.push(q.selector.clone());
        }
        let wanted = selectors.len() - 1;
        let looks = q.active.is_some() || q.list > 0;
        let mut named = |name: &str| {
            looks.then(|| {
                selectors.push(Selector { event: Some(name.into()), ..Selector::default() });
                selectors.len() - 1
            })
        };
        let (end, start) = (named(Sessions::END), named(Sessions::START));
        Self { q, now, selectors, wanted, end, start }
    }

    /// How many of its events only say that it starts or ends; only where that is looked at.
    fn marks(&self, session: &Session<'_>) -> u64 {
        let is_mark = |mark: &&Mark| [self.end, self.start].iter().flatten().any(|s| mark.is(*s));
        session.marks.iter().filter(is_mark).count() as u64
    }

    /// Whether it goes on; only where that is looked at.
    fn goes_on(&self, session: &Session<'_>) -> bool {
        let has_end = self.end.is_some_and(|end| session.marks.iter().any(|mark| mark.is(end)));
        Sessions::goes_on(session.end(), has_end, self.now)
    }

    fn plan(&self) -> Plan {
        Plan {
            times: session::times_around(&self.q.range),
            selectors: self.selectors.clone(),
            columns: visits::columns(),
            ..Plan::default()
        }
    }

    /// Calls `take` with each session of a person that is meant.
    fn each<V: Values>(
        &self,
        visits: &mut Visits,
        person: Person<'_>,
        values: &V,
        mut take: impl FnMut(u32, &Session<'_>),
    ) {
        let Some(number) = person.number else { return };
        visits.see(person.marks, &self.q.classes, values);
        for session in visits.starting_in(&self.q.range, values) {
            let is_meant = self.q.active.is_none_or(|active| active == self.goes_on(&session));
            if is_meant && session.marks.iter().any(|mark| mark.is(self.wanted)) {
                take(number, &session);
            }
        }
    }
}

struct Figures<'q> {
    found: Found<'q>,
    buckets: Option<Buckets>,
    cells: usize,
}

struct Part {
    visits: Visits,
    persons: u64,
    /// One per bucket, or one.
    cells: Vec<Tally>,
    latest: Latest,
}

impl Fold for Figures<'_> {
    type Part = Part;

    fn start(&self) -> Part {
        Part {
            visits: Visits::default(),
            persons: 0,
            cells: vec![Tally::default(); self.cells],
            latest: Latest::new(self.found.q),
        }
    }

    fn person<V: Values>(&self, part: &mut Part, person: Person<'_>, values: &V) {
        let Part { visits, persons, cells, latest } = part;
        let mut any = false;
        self.found.each(visits, person, values, |number, session| {
            let bucket = self.buckets.as_ref().map_or(Some(0), |b| b.index(session.start()));
            if let Some(cell) = bucket.and_then(|index| cells.get_mut(index)) {
                cell.add(session, number);
            }
            latest.offer(session, number, || {
                (self.found.goes_on(session), self.found.marks(session))
            });
            any = true;
        });
        *persons += u64::from(any);
    }

    fn merge(&self, a: Part, b: Part) -> Part {
        let cells = a.cells.into_iter().zip(b.cells).map(|(a, b)| a.merge(b)).collect();
        let (persons, latest) = (a.persons + b.persons, a.latest.merge(b.latest));
        Part { visits: a.visits, persons, cells, latest }
    }
}

struct Behind<'q> {
    found: Found<'q>,
    bounced: bool,
}

impl Fold for Behind<'_> {
    type Part = (Visits, Vec<u32>);

    fn start(&self) -> Self::Part {
        Self::Part::default()
    }

    fn person<V: Values>(&self, part: &mut Self::Part, person: Person<'_>, values: &V) {
        let (visits, persons) = part;
        self.found.each(visits, person, values, |number, session| {
            let counts = !self.bounced || visits::bounced(session);
            if counts && persons.last() != Some(&number) {
                persons.push(number);
            }
        });
    }

    fn merge(&self, mut a: Self::Part, b: Self::Part) -> Self::Part {
        a.1.extend(b.1);
        a
    }
}
