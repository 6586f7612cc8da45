//! The plans of the texts seen last.

use crate::plan::{Plan, lock};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex};

/// The plans of the texts seen last, in shards. Among the old, those asked for again stay longer.
pub(crate) struct PlanCache {
    shards: Vec<Mutex<Shard>>,
    hasher: foldhash::fast::RandomState,
    shard_max: usize,
}

#[derive(Default)]
struct Shard {
    plans: HashMap<Arc<str>, Kept>,
    /// Keys, the oldest first.
    order: VecDeque<Arc<str>>,
    text_bytes: usize,
}

struct Kept {
    plan: Arc<Plan>,
    asked_again: bool,
}

const SHARDS: usize = 16;
/// Longer texts are not kept.
const TEXT_MAX: usize = 64 * 1024;
/// The texts of a shard together; a plan takes several times its text.
const SHARD_TEXT_MAX: usize = 256 * 1024;

impl PlanCache {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: foldhash::fast::RandomState::default(),
            shard_max: most.div_ceil(SHARDS),
        }
    }

    fn key(text: &str, operation: Option<&str>) -> Arc<str> {
        match operation {
            None => text.into(),
            Some(name) => format!("{name}\0{text}").into(),
        }
    }

    fn shard(&self, key: &str) -> &Mutex<Shard> {
        let mut hasher = self.hasher.build_hasher();
        key.hash(&mut hasher);
        &self.shards[std::hash::Hasher::finish(&hasher) as usize % SHARDS]
    }

    pub(crate) fn get(&self, text: &str, operation: Option<&str>) -> Option<Arc<Plan>> {
        match operation {
            None => lock(self.shard(text)).get(text),
            Some(_) => {
                let key = Self::key(text, operation);
                lock(self.shard(&key)).get(&key)
            }
        }
    }

    pub(crate) fn put(&self, text: &str, operation: Option<&str>, plan: &Arc<Plan>) {
        if text.len() <= TEXT_MAX {
            let key = Self::key(text, operation);
            lock(self.shard(&key)).put(key.clone(), plan.clone(), self.shard_max);
        }
    }
}

impl Shard {
    fn get(&mut self, key: &str) -> Option<Arc<Plan>> {
        let kept = self.plans.get_mut(key)?;
        kept.asked_again = true;
        Some(kept.plan.clone())
    }

    fn put(&mut self, key: Arc<str>, plan: Arc<Plan>, most: usize) {
        let kept = Kept {
            plan,
            asked_again: false,
        };
        if self.plans.insert(key.clone(), kept).is_some() {
            return;
        }
        self.text_bytes += key.len();
        self.order.push_back(key);
        // Ends: whoever is passed over once goes the next time.
        while self.order.len() > most || self.text_bytes > SHARD_TEXT_MAX {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            match self.plans.get_mut(&oldest) {
                Some(kept) if kept.asked_again => {
                    kept.asked_again = false;
                    self.order.push_back(oldest);
                }
                _ => {
                    self.text_bytes -= oldest.len();
                    self.plans.remove(&oldest);
                }
            }
        }
    }
}
