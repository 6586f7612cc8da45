//! The worker loop: one file per job.
