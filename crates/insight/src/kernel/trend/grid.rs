//! Cells by line and bucket.

/// What a cell holds; its default is the cell of nothing.
pub(super) trait Cell: Clone + Default {
    /// Takes in another cell.
    fn join(&mut self, other: Self);
}

/// Cells by line and bucket; lines come into being when they are met.
#[derive(Debug)]
pub(super) struct Grid<T> {
    width: usize,
    cells: Vec<T>,
}

impl<T: Cell> Grid<T> {
    /// No lines yet, of so many buckets.
    pub(super) fn new(width: usize) -> Self {
        Self { width, cells: Vec::new() }
    }

    /// A cell to change.
    #[inline]
    pub(super) fn at(&mut self, line: usize, bucket: usize) -> &mut T {
        let place = line * self.width + bucket;
        if place >= self.cells.len() {
            self.grow(line);
        }
        &mut self.cells[place]
    }

    #[cold]
    fn grow(&mut self, line: usize) {
        self.cells.resize((line + 1) * self.width, T::default());
    }

    /// How many lines were met.
    pub(super) fn lines(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    /// The cells of a line, met or not.
    pub(super) fn line(&mut self, line: usize) -> &mut [T] {
        if line >= self.lines() {
            self.grow(line);
        }
        &mut self.cells[line * self.width..][..self.width]
    }

    /// One cell per line, of all its buckets.
    pub(super) fn whole(&mut self) -> Self {
        let mut whole = Self::new(1);
        for line in 0..self.lines() {
            for cell in self.line(line) {
                whole.at(line, 0).join(std::mem::take(cell));
            }
        }
        whole
    }

    /// Moves the cells of another grid's line into a line.
    pub(super) fn join(&mut self, line: usize, other: &mut Self, theirs: usize) {
        for (own, cell) in self.line(line).iter_mut().zip(other.line(theirs)) {
            own.join(std::mem::take(cell));
        }
    }
}

/// Of some cells all in one and each for itself; cumulative: each with those before it.
pub(super) fn figures<T: Cell>(
    cells: &[T],
    cumulative: bool,
    figure: impl Fn(&T) -> Option<f64>,
) -> (Option<f64>, Vec<Option<f64>>) {
    let mut all = T::default();
    let mut values = Vec::with_capacity(cells.len());
    for cell in cells {
        all.join(cell.clone());
        values.push(figure(if cumulative { &all } else { cell }));
    }
    (figure(&all), values)
}

impl Cell for u64 {
    fn join(&mut self, other: Self) {
        *self += other;
    }
}

/// Numbers one by one.
impl Cell for Vec<f64> {
    fn join(&mut self, mut other: Self) {
        if self.is_empty() {
            *self = other;
        } else {
            self.append(&mut other);
        }
    }
}
