//! What most mutations give back: the row that they made or changed, or why there is none.

use graphql::{Error, NoArgs};

use crate::errors::UserError;
use crate::scalars::Id;
use crate::{Cx, Registry};

/// What a mutation leaves: a row's id, or the reasons why not.
pub(super) struct Payload<I> {
    pub(super) done: Option<I>,
    pub(super) user_errors: Vec<UserError>,
}

impl<I> Payload<I> {
    /// It was done.
    pub(super) fn done(done: I) -> Self {
        Self {
            done: Some(done),
            user_errors: Vec::new(),
        }
    }

    /// It was refused, and nothing is changed.
    pub(super) fn refused(error: UserError) -> Self {
        Self {
            done: None,
            user_errors: vec![error],
        }
    }

    /// The outcome of an operation, its refusal in words; a fault stays one.
    pub(super) fn of<E>(
        done: Result<I, E>,
        refusal: impl FnOnce(E) -> Result<UserError, Error>,
    ) -> Result<Self, Error> {
        match done {
            Ok(id) => Ok(Self::done(id)),
            Err(error) => refusal(error).map(Self::refused),
        }
    }
}

/// Registers payload types whose `field` is the row, as it is after the commit.
pub(super) fn payloads<I, T>(
    r: &mut Registry,
    names: &[&'static str],
    field: &'static str,
    by_id: fn(&mut Cx, I) -> Result<Option<T>, Error>,
) where
    I: Copy + Send + Sync + 'static,
    T: 'static,
{
    for name in names {
        r.object::<Payload<I>>(name)
            .load(
                field,
                move |all: &[&Payload<I>], _: &NoArgs, cx: &mut Cx| {
                    // A root field has one payload: nothing is gained by gathering ids.
                    let row = |payload: &&Payload<I>| match payload.done {
                        None => Ok(None),
                        Some(id) => by_id(cx, id),
                    };
                    all.iter().map(row).collect()
                },
            )
            .child("userErrors", |payload| payload.user_errors.clone());
    }
}

/// Registers a payload type whose `field` is the id of the row that is gone.
pub(super) fn deleted<I>(r: &mut Registry, name: &'static str, field: &'static str)
where
    I: Copy + std::fmt::Display + Send + Sync + 'static,
{
    r.object::<Payload<I>>(name)
        .leaf(field, |payload| payload.done.map(Id))
        .child("userErrors", |payload| payload.user_errors.clone());
}
