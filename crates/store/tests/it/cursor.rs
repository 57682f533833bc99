//! Cursors of lists.

use insight::{Answer, Filter, Op, Order, Predicate, Question, Subject};
use store::{AskError, Store};
use testkit::store_contract::{
    questions::{always, asking, list},
    sample::{self, START},
};

use crate::world::{World, small};

#[test]
fn a_cursor_is_good_for_its_question_only() {
    let world = World::new(small());
    let store = world.open();
    let event = |n: u128| sample::event("a", n, "x", START, Some("p"));
    sample::apply(&store, &(1..4).map(event).collect::<Vec<_>>());
    // What a person has takes all of the person's events to tell.
    let (subject, op) = (Subject::Person("absent".into()), Op::IsNotSet);
    let filter = Filter::Is(Predicate { subject, op, operands: Vec::new() });
    let mut first = list(always(), 2, Order::Newest);
    first.selector.filter = filter;
    let asked = store.ask(&Question::Events(first.clone()), &asking("a")).unwrap().0;
    let Answer::Events(page) = asked else { panic!("not a list") };
    assert!(page.next.is_some());
    first.after = page.next;
    let second = store.ask(&Question::Events(first.clone()), &asking("a")).unwrap().0;
    let Answer::Events(page) = second else { panic!("not a list") };
    assert_eq!((page.events.len(), page.next), (1, None));
    first.order = Order::Oldest;
    match store.ask(&Question::Events(first), &asking("a")) {
        Err(AskError::Invalid { field, .. }) => assert_eq!(field, "cursor"),
        other => panic!("{other:?}"),
    }
}
