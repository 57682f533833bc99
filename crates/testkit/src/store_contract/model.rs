//! A store that is obviously right: a list of events and loops over it.

use std::collections::{BTreeMap, BTreeSet};

use event::{Event, Field};
use insight::{
    Answer, Counts, CountsAnswer, EventCount, Events, Matcher, Measure, Order, Point, Question,
    Range, Selector, SeriesAnswer, Trend, TrendAnswer, calendar::Buckets,
};
use store::Asking;

/// All events, in no order.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The events.
    pub events: Vec<Event>,
}

impl Model {
    /// The answer; for `events` only the list, without a cursor.
    ///
    /// # Panics
    /// When the question is invalid.
    pub fn ask(&self, question: &Question, asking: &Asking) -> Answer {
        match question {
            Question::Events(question) => Answer::Events(insight::EventsAnswer {
                events: self.list(question, asking),
                next: None,
            }),
            Question::Counts(question) => Answer::Counts(self.counts(question, asking)),
            Question::Trend(question) => Answer::Trend(self.trend(question, asking)),
        }
    }

    fn meant<'a>(
        &'a self,
        selector: &'a Selector,
        range: &'a Range,
        asking: &'a Asking,
    ) -> impl Iterator<Item = &'a Event> {
        let matcher = Matcher::new(&selector.filter).expect("a valid filter");
        self.events.iter().filter(move |event| {
            event.tenant == asking.tenant
                && range.contains(event.timestamp)
                && selector.event.as_deref().is_none_or(|name| name == &*event.event_type)
                && matcher.matches(*event)
        })
    }

    fn list(&self, question: &Events, asking: &Asking) -> Vec<Event> {
        let mut found: Vec<_> =
            self.meant(&question.selector, &question.range, asking).cloned().collect();
        found.sort_by_key(|event| (event.timestamp, event.id));
        if question.order == Order::Newest {
            found.reverse();
        }
        if let Some(after) = question.after {
            let last = (after.timestamp, after.id);
            found.retain(|event| match question.order {
                Order::Newest => (event.timestamp, event.id) < last,
                Order::Oldest => (event.timestamp, event.id) > last,
            });
        }
        found.truncate(question.limit);
        found
    }

    fn counts(&self, question: &Counts, asking: &Asking) -> CountsAnswer {
        let mut types: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in self.meant(&question.selector, &question.range, asking) {
            types.entry(&event.event_type).or_default().push(event);
        }
        let mut events: Vec<_> = types
            .iter()
            .map(|(name, events)| EventCount {
                event_type: (*name).to_owned(),
                count: events.len() as u64,
                unique_persons: persons(events),
            })
            .collect();
        events.sort_by(|a, b| b.count.cmp(&a.count).then(a.event_type.cmp(&b.event_type)));
        let all: Vec<_> = types.into_values().flatten().collect();
        CountsAnswer { total: all.len() as u64, unique_persons: persons(&all), events }
    }

    fn trend(&self, question: &Trend, asking: &Asking) -> TrendAnswer {
        let buckets = Buckets::new(&question.range, question.interval).expect("a valid range");
        let series = question.series.iter().map(|series| {
            let all: Vec<_> = self.meant(&series.selector, &question.range, asking).collect();
            let measure = |events: &[&Event]| match series.measure {
                Measure::Total => events.len() as u64,
                Measure::UniquePersons => persons(events),
            };
            let of_bucket = |at: usize| -> Vec<&Event> {
                let inside = |event: &&&Event| buckets.index(event.timestamp) == Some(at);
                all.iter().filter(inside).copied().collect()
            };
            let data = buckets.starts().iter().enumerate().map(|(at, start)| Point {
                start: *start,
                value: measure(&of_bucket(at)),
                partial: buckets.is_partial(at, asking.now),
            });
            SeriesAnswer { name: series.name.clone(), total: measure(&all), data: data.collect() }
        });
        TrendAnswer { series: series.collect() }
    }
}

fn persons(events: &[&Event]) -> u64 {
    let ids: BTreeSet<_> =
        events.iter().filter_map(|event| event.fields.get(Field::DistinctId)).collect();
    ids.len() as u64
}
