//! Numbers that follow from a seed.

pub(crate) struct Dice {
    state: u64,
    /// Whether the last of a list is wanted, not one of the last.
    pub(crate) last: bool,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            last: false,
        }
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let limit = u64::try_from(limit.max(1)).expect("a list's length fits");
        usize::try_from((z ^ (z >> 31)) % limit).expect("below the limit")
    }

    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of the last few, mostly.
    pub(crate) fn late_one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        if self.last {
            return all.last().cloned();
        }
        let few = match self.one_in(3) {
            true => all,
            false => &all[all.len().saturating_sub(5)..],
        };
        self.one_of(few)
    }

    pub(crate) fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.below(all.len())].clone())
    }
}
