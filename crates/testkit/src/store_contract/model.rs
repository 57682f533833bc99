//! A store that is obviously right: a list of events, answered by the oracle.

use event::Event;
use insight::{
    Answer, Question,
    oracle::{self, Fact, Facts},
};
use store::Asking;

/// All events, in the order they were applied.
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
        let of = self.events.iter().filter(|event| event.tenant == asking.tenant);
        let fact = |(position, event): (u64, &Event)| Fact { event: event.clone(), position };
        let events = (0..).zip(of).map(fact).collect();
        let facts = Facts::of(events, asking.now);
        let (answer, _) = oracle::answer(question, &facts).expect("a valid question");
        match answer {
            Answer::Events(list) => {
                Answer::Events(insight::EventsAnswer { events: list.events, next: None })
            }
            other => other,
        }
    }
}
