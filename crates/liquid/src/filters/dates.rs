//! The filter for times.

use super::Call;
use crate::error::Result;
use crate::out::Out;
use crate::time;
use crate::value::Value;

pub(super) fn date<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let format = call.argument_text(0)?;
    if format.is_empty() {
        return Ok(call.input);
    }
    let Some(time) = time::of_value(call.input, call.clock) else {
        return Ok(call.input);
    };
    let mut out = Out::new(call.arena.left());
    time::write(&time, format, &mut out)?;
    if out.is_full() {
        return Err(call.arena.exhausted());
    }
    call.arena.string(out.as_str())
}
