//! The plans of the texts seen last.

use crate::plan::{Plan, lock};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex};

/// The plans of the texts seen last, in shards.
pub(crate) struct PlanCache {
    shards: Vec<Mutex<Shard>>,
    hasher: foldhash::fast::RandomState,
    shard_max: usize,
}

#[derive(Default)]
struct Shard {
    plans: HashMap<Box<str>, Arc<Plan>>,
    order: VecDeque<Box<str>>,
}

const SHARDS: usize = 16;
/// Longer texts are not kept.
const TEXT_MAX: usize = 64 * 1024;

impl PlanCache {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: foldhash::fast::RandomState::default(),
            shard_max: most.div_ceil(SHARDS),
        }
    }

    fn key(text: &str, operation: Option<&str>) -> Box<str> {
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
            None => lock(self.shard(text)).plans.get(text).cloned(),
            Some(_) => {
                let key = Self::key(text, operation);
                lock(self.shard(&key)).plans.get(&*key).cloned()
            }
        }
    }

    pub(crate) fn put(&self, text: &str, operation: Option<&str>, plan: &Arc<Plan>) {
        if text.len() > TEXT_MAX {
            return;
        }
        let key = Self::key(text, operation);
        let mut shard = lock(self.shard(&key));
        if shard.plans.insert(key.clone(), plan.clone()).is_none() {
            shard.order.push_back(key);
            if shard.order.len() > self.shard_max
                && let Some(oldest) = shard.order.pop_front()
            {
                shard.plans.remove(&oldest);
            }
        }
    }
}
