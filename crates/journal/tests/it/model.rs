//! A list beside the real thing, on generated actions.

use fastrand::Rng;
use journal::{Journal, Kind, LagBound, Lane, Tallied, Tally, file::FileJournal};
use testkit::{
    faulty_fs::{SimFs, Survival},
    journal_contract::{Owned, append, books, data, read_from},
};

use crate::setup::open;

const SEGMENT_BYTES: u64 = 2 << 10;

/// What the lane should hold.
#[derive(Default)]
struct Model {
    records: Vec<Owned>,
    end: u64,
    reader: u64,
    books: Tally,
}

struct Run {
    fs: SimFs,
    journal: Option<FileJournal>,
    model: Model,
    rng: Rng,
}

impl Run {
    fn journal(&self) -> &FileJournal {
        self.journal.as_ref().unwrap()
    }

    fn append(&mut self) {
        let payloads: Vec<Vec<u8>> = (0..self.rng.usize(1..6))
            .map(|_| (0..self.rng.usize(0..200)).map(|_| self.rng.u8(..)).collect())
            .collect();
        let mut batch = data(&payloads);
        let counted = self.rng.bool();
        let tally = Tallied([payloads.len() as u64, self.rng.u64(0..3), 0]);
        if counted {
            batch.tally_mut().add(&"t".into(), tally);
        }
        append(self.journal(), batch);
        for payload in payloads {
            let position = self.model.end;
            self.model.records.push(Owned { position, kind: Kind::Data, payload });
            self.model.end += 1;
        }
        if counted {
            self.model.books.add(&"t".into(), tally);
            self.model.end += 1;
        }
    }

    fn redact(&mut self) {
        let low = self.journal().low(Lane::DATA);
        let wanted: Vec<u64> =
            (0..self.rng.usize(1..4)).map(|_| self.rng.u64(0..self.model.end + 2)).collect();
        let mut found = 0;
        for record in &mut self.model.records {
            if record.position >= low && wanted.contains(&record.position) {
                record.kind = Kind::Redacted;
                record.payload.fill(0);
                found += 1;
            }
        }
        assert_eq!(self.journal().redact(Lane::DATA, &wanted).unwrap(), found);
    }

    fn trim(&mut self) {
        self.model.reader = self.rng.u64(self.model.reader..=self.model.end);
        self.journal().advance("model", Lane::DATA, self.model.reader);
        let low = self.journal().trim(Lane::DATA).unwrap();
        assert!(low <= self.model.reader);
        assert_eq!(low, self.journal().low(Lane::DATA));
    }

    fn restart(&mut self) {
        match self.rng.u8(0..4) {
            0 => {}
            1 => self.fs = self.fs.kill(),
            2 => self.fs = self.fs.power_loss(Survival::None),
            _ => self.fs = self.fs.power_loss(Survival::Random(self.rng.u64(..))),
        }
        self.journal = None;
        let journal = open(&self.fs, SEGMENT_BYTES);
        journal.register("model", Lane::DATA, self.model.reader, LagBound::NONE);
        self.journal = Some(journal);
    }

    fn check(&mut self) {
        let low = self.journal().low(Lane::DATA);
        let from = self.rng.u64(low..=self.model.end.max(low));
        let pieces = self.rng.usize(1..3000);
        let read = read_from(self.journal(), Lane::DATA, from, pieces);
        let expected: Vec<&Owned> =
            self.model.records.iter().filter(|record| record.position >= from).collect();
        let data: Vec<&Owned> = read.iter().filter(|record| record.kind != Kind::Books).collect();
        assert_eq!(data, expected);
        assert_eq!(self.journal().durable_end(Lane::DATA), self.model.end);
        if low == 0 {
            let whole = read_from(self.journal(), Lane::DATA, 0, 1 << 20);
            assert_eq!(books(&whole), self.model.books);
        }
    }
}

fn run(seed: u64) {
    println!("seed {seed}");
    let fs = SimFs::new();
    let journal = open(&fs, SEGMENT_BYTES);
    journal.register("model", Lane::DATA, 0, LagBound::NONE);
    let rng = Rng::with_seed(seed);
    let mut run = Run { fs, journal: Some(journal), model: Model::default(), rng };
    for _ in 0..150 {
        match run.rng.u8(0..20) {
            0 => run.redact(),
            1 => run.trim(),
            2 => run.restart(),
            3..6 => run.check(),
            _ => run.append(),
        }
    }
    run.check();
}

#[test]
fn the_journal_is_a_list() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    match seed {
        Some(seed) => run(seed),
        None => (0..40).for_each(|_| run(fastrand::u64(..))),
    }
}
