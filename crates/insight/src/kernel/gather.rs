//! Persons for which something holds.

use super::{Fold, Person, Plan, Source, Values};

struct Gather<T, H> {
    holds: H,
    scratch: std::marker::PhantomData<fn() -> T>,
}

impl<T, H> Fold for Gather<T, H>
where
    T: Default + Send,
    H: Fn(&mut T, Person<'_>) -> bool + Sync,
{
    type Part = (T, Vec<u32>);

    fn start(&self) -> Self::Part {
        (T::default(), Vec::new())
    }

    fn person<V: Values>(&self, part: &mut Self::Part, person: Person<'_>, _values: &V) {
        if let Some(number) = person.number
            && (self.holds)(&mut part.0, person)
        {
            part.1.push(number);
        }
    }

    fn merge(&self, mut a: Self::Part, mut b: Self::Part) -> Self::Part {
        if a.1.len() < b.1.len() {
            std::mem::swap(&mut a, &mut b);
        }
        a.1.append(&mut b.1);
        a
    }
}

/// The persons that a plan gives and for which something holds, in no order. `T` is memory that
/// is used again from one person to the next.
pub(super) fn persons<S: Source, T: Default + Send>(
    source: &S,
    plan: &Plan,
    holds: impl Fn(&mut T, Person<'_>) -> bool + Sync,
) -> Result<Vec<u32>, S::Error> {
    let fold = Gather { holds, scratch: std::marker::PhantomData };
    source.fold(plan, &fold).map(|(_, persons)| persons)
}

/// The persons with an event that a plan selects.
pub(super) fn any<S: Source>(source: &S, plan: &Plan) -> Result<Vec<u32>, S::Error> {
    persons(source, plan, |(), person| !person.marks.is_empty())
}
