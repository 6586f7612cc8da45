//! Write lanes: a thread that drains its queue into one transaction and answers after the
//! commit.
//!
//! A batch runs without savepoints. On a fault it is rolled back and run again with a savepoint
//! around each job, so that the faulty one alone is undone; savepoints stay on for a while.

use std::any::TypeId;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use foldhash::{HashMap, HashMapExt};
use units::ShopId;

use crate::error::StoreError;
use crate::ids::Ids;
use crate::job::{Job, Ran};
use crate::lease::Lease;
use crate::platform::Platform;
use crate::queue::Queue;
use crate::tender::Knocks;
use crate::tx::{Savepoint, Tx};

/// Jobs of one turn, at most.
const TURN_JOBS_MAX: usize = 512;
/// Requests of one slice, at most.
const SLICE_MAX: usize = 128;
/// A turn that has lasted this long takes on no further job.
const TURN: Duration = Duration::from_millis(5);
/// Batches with savepoints after a fault.
const CAREFUL_BATCHES: u32 = 64;
/// Batches between two knocks at the tender's.
const TURNS_PER_KNOCK: u32 = 16;
/// How often a batch is run again because of other transactions or a lost server.
const ATTEMPTS_MAX: u32 = 8;

pub(crate) type Jobs = Queue<Box<dyn Job>>;

/// The thread's side of a lane.
pub(crate) struct Lane {
    tx: Tx,
    ids: Ids,
    lease: Arc<Lease>,
    /// Who looks after the database as it grows.
    tender: Arc<Knocks>,
    careful: u32,
}

/// How an attempt to run and commit a batch ended.
enum Attempt {
    /// Stored; or nothing was written.
    Committed,
    /// A job failed after writing: run again with savepoints.
    Fault,
    /// Another transaction was in the way, or the server was lost before the commit.
    Again(StoreError),
    /// Nothing is stored, and another attempt would end the same way.
    Failed(StoreError),
    /// The commit's outcome is unknown.
    Unknown,
}

/// What came of a job inside its savepoint: whether it wrote, or the fault that undid it and how
/// the job ended.
type Tried = Result<bool, (StoreError, Ran)>;

impl Lane {
    pub(crate) const fn new(tx: Tx, ids: Ids, lease: Arc<Lease>, tender: Arc<Knocks>) -> Self {
        Self {
            tx,
            ids,
            lease,
            tender,
            careful: 0,
        }
    }

    /// Works until the queue is closed and empty.
    pub(crate) fn work(mut self, queue: &Jobs) {
        let mut waiting = VecDeque::new();
        let mut turns: u32 = 0;
        while queue.drain(&mut waiting, TURN_JOBS_MAX) {
            let jobs = gather(std::mem::take(&mut waiting));
            waiting = self.turn(jobs, TURN).into();
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(TURNS_PER_KNOCK) {
                // A knock that still waits is enough.
                let _ = self.tender.push(());
            }
        }
    }

    /// Runs jobs in one transaction and answers them; gives back those that the turn had no
    /// time for.
    fn turn(&mut self, mut jobs: Vec<Box<dyn Job>>, time: Duration) -> Vec<Box<dyn Job>> {
        let mut attempts = 0;
        let mut left = Vec::new();
        loop {
            let outcome = self.attempt(&mut jobs, &mut left, time);
            if !matches!(outcome, Attempt::Committed) {
                // An attempt that failed to commit may have ended the transaction already.
                let _ = self.tx.rollback();
            }
            match outcome {
                Attempt::Committed => break,
                Attempt::Fault => self.careful = CAREFUL_BATCHES,
                Attempt::Again(error) => {
                    attempts += 1;
                    if attempts >= ATTEMPTS_MAX {
                        fail_all(&mut jobs, &error);
                        break;
                    }
                    std::thread::sleep(Duration::from_millis(u64::from(attempts * attempts)));
                }
                Attempt::Failed(error) => {
                    let alone = singles(std::mem::take(&mut jobs));
                    match alone {
                        Ok(singles) => {
                            for job in singles {
                                left.extend(self.turn(vec![job], Duration::MAX));
                            }
                        }
                        Err(job) => {
                            jobs = vec![job];
                            fail_all(&mut jobs, &error);
                        }
                    }
                    break;
                }
                Attempt::Unknown => {
                    fail_all(&mut jobs, &StoreError::OutcomeUnknown);
                    break;
                }
            }
        }
        self.careful = self.careful.saturating_sub(1);
        for job in jobs {
            job.answer();
        }
        left
    }

    fn attempt(
        &mut self,
        jobs: &mut Vec<Box<dyn Job>>,
        left: &mut Vec<Box<dyn Job>>,
        time: Duration,
    ) -> Attempt {
        if let Err(error) = self.tx.begin() {
            return again_or_failed(error);
        }
        // What is not waited for may fail in a later job's name, so not when care is taken.
        self.tx.set_eager(self.careful > 0);
        let start = now();
        let mut wrote: Vec<ShopId> = Vec::new();
        let mut wrote_any = false;
        let mut done = 0;
        while done < jobs.len() {
            if done > 0 && start.elapsed() > time {
                let mut cut = jobs.split_off(done);
                cut.append(left);
                *left = cut;
                break;
            }
            let job = &mut jobs[done];
            let run = if self.careful > 0 {
                self.run_carefully(&mut **job)
            } else {
                self.run_plainly(&mut **job)
            };
            match run {
                Ok(false) => {}
                Ok(true) => {
                    wrote_any = true;
                    if let Some(shop) = job.shop().filter(|shop| !wrote.contains(shop)) {
                        wrote.push(shop);
                    }
                }
                Err(attempt) => return attempt,
            }
            done += 1;
        }
        if !wrote_any {
            return match self.tx.rollback() {
                Ok(()) => Attempt::Committed,
                Err(error) => again_or_failed(error),
            };
        }
        match self.commit(wrote) {
            Ok(()) => Attempt::Committed,
            Err(StoreError::OutcomeUnknown) => Attempt::Unknown,
            // A statement that was not waited for may have failed.
            Err(error) if self.careful == 0 && !error.is_passing() => Attempt::Fault,
            Err(error) => again_or_failed(error),
        }
    }

    /// Runs a job; says whether it wrote.
    fn run_plainly(&mut self, job: &mut dyn Job) -> Result<bool, Attempt> {
        self.tx.enter(job.shop());
        let ran = job.run(&mut self.tx, 0..job.len());
        match self.verdict(&ran) {
            None => Ok(self.tx.wrote()),
            Some(fault) if fault.is_passing() => Err(Attempt::Again(fault)),
            Some(_) => Err(Attempt::Fault),
        }
    }

    /// The fault of a job that has just run, if it is one.
    fn verdict(&self, ran: &Ran) -> Option<StoreError> {
        match (self.tx.fault(), ran) {
            (Some(fault), _) | (None, Ran::Fault(fault)) => Some(fault.clone()),
            (None, Ran::Failed) if self.tx.wrote() => Some(StoreError::Database(
                "the operation refused after its first write".to_owned(),
            )),
            (None, Ran::Failed | Ran::Done) => None,
        }
    }

    /// Runs a job inside a savepoint; if a slice fails, each of its requests inside its own.
    fn run_carefully(&mut self, job: &mut dyn Job) -> Result<bool, Attempt> {
        let whole = 0..job.len();
        if let Some(wrote) = self.run_part(job, whole.clone())? {
            return Ok(wrote);
        }
        if whole.len() == 1 {
            return Ok(false);
        }
        let mut wrote = false;
        for place in whole {
            wrote |= self.run_part(job, place..place + 1)?.unwrap_or(false);
        }
        Ok(wrote)
    }

    /// Runs requests inside a savepoint; `None` when they failed and were undone.
    ///
    /// A single request that breaks a rule of the schema is run once more: another process may
    /// have taken a key between its look and its write, and a second look sees that.
    fn run_part(
        &mut self,
        job: &mut dyn Job,
        part: std::ops::Range<usize>,
    ) -> Result<Option<bool>, Attempt> {
        let mut tried = self.run_once(job, part.clone())?;
        let broken = |tried: &Tried| matches!(tried, Err((StoreError::Constraint(_), _)));
        if part.len() == 1 && broken(&tried) {
            tried = self.run_once(job, part.clone())?;
        }
        let (fault, ran) = match tried {
            Ok(wrote) => return Ok(Some(wrote)),
            Err(undone) => undone,
        };
        tracing::error!(shop = ?job.shop().map(ShopId::get), error = %fault, "an operation failed and was undone");
        if !matches!(ran, Ran::Failed) {
            job.fail(part, &fault);
        }
        Ok(None)
    }

    /// Runs requests inside a savepoint: whether they wrote, or the fault for which they were
    /// undone.
    fn run_once(
        &mut self,
        job: &mut dyn Job,
        part: std::ops::Range<usize>,
    ) -> Result<Tried, Attempt> {
        self.tx.enter(job.shop());
        self.tx.savepoint(Savepoint::Set).map_err(again_or_failed)?;
        let ran = job.run(&mut self.tx, part);
        let Some(fault) = self.verdict(&ran) else {
            self.tx
                .savepoint(Savepoint::Release)
                .map_err(again_or_failed)?;
            return Ok(Ok(self.tx.wrote()));
        };
        if fault.is_passing() || !self.tx.is_open() {
            return Err(again_or_failed(fault));
        }
        self.tx
            .savepoint(Savepoint::Back)
            .and_then(|()| self.tx.savepoint(Savepoint::Release))
            .map_err(again_or_failed)?;
        Ok(Err((fault, ran)))
    }

    /// Persists the ids' mark when needed, raises the shops' commit numbers, and commits.
    fn commit(&mut self, mut wrote: Vec<ShopId>) -> Result<(), StoreError> {
        let to_persist = self.ids.to_persist();
        if let Some(mark) = to_persist {
            self.tx.enter(None);
            self.lease.persist(&mut Platform::new(&mut self.tx), mark)?;
        }
        wrote.sort_unstable();
        self.tx.commit(&wrote)?;
        if let Some(mark) = to_persist {
            self.ids.persisted(mark);
        }
        Ok(())
    }
}

fn again_or_failed(error: StoreError) -> Attempt {
    if error.is_passing() {
        Attempt::Again(error)
    } else {
        Attempt::Failed(error)
    }
}

fn fail_all(jobs: &mut [Box<dyn Job>], error: &StoreError) {
    tracing::error!(error = %error, jobs = jobs.len(), "a batch was not stored");
    for job in jobs {
        let all = 0..job.len();
        job.fail(all, error);
    }
}

/// The batch cut into jobs of one request; `Err` when it is a single one already.
fn singles(mut jobs: Vec<Box<dyn Job>>) -> Result<Vec<Box<dyn Job>>, Box<dyn Job>> {
    if jobs.len() == 1
        && jobs[0].len() == 1
        && let Some(job) = jobs.pop()
    {
        return Err(job);
    }
    let mut singles = Vec::new();
    for mut job in jobs {
        while let Some(rest) = job.split_off(1) {
            singles.push(std::mem::replace(&mut job, rest));
        }
        singles.push(job);
    }
    Ok(singles)
}

/// Puts the jobs of a shop together, and its requests of one kind into slices.
fn gather(jobs: VecDeque<Box<dyn Job>>) -> Vec<Box<dyn Job>> {
    if jobs.len() < 2 {
        return jobs.into();
    }
    let mut shops: HashMap<Option<ShopId>, usize> = HashMap::new();
    let mut groups: Vec<Vec<Box<dyn Job>>> = Vec::new();
    let mut slices: HashMap<(Option<ShopId>, TypeId), usize> = HashMap::new();
    for job in jobs {
        let shop = job.shop();
        let group = *shops.entry(shop).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        let group = &mut groups[group];
        if let Some(kind) = job.kind() {
            if let Some(place) = slices.get(&(shop, kind))
                && group[*place].len() + job.len() <= SLICE_MAX
            {
                group[*place].absorb(job);
                continue;
            }
            slices.insert((shop, kind), group.len());
        }
        group.push(job);
    }
    groups.into_iter().flatten().collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for the lane's own turn: no value of the trade depends on it"
)]
fn now() -> Instant {
    Instant::now()
}
