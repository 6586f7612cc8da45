//! Costs: computed before execution from the plan and its variables, and again from what came back.

use crate::execute::Level;
use crate::input::Variables;
use crate::plan::{Compiled, Plan};
use crate::schema::Schema;

/// What a root field of a mutation costs.
pub(crate) const MUTATION: u64 = 10;

impl<C: 'static, R: Clone + Send + Sync + 'static> Schema<C, R> {
    pub(crate) fn cost_of(
        &self,
        _plan: &Plan,
        _compiled: &Compiled,
        _variables: &Variables,
    ) -> u64 {
        1
    }

    pub(crate) fn actual_cost(&self, _compiled: &Compiled, levels: &[Level]) -> u64 {
        self.levels_cost(levels)
    }

    pub(crate) fn levels_cost(&self, levels: &[Level]) -> u64 {
        levels.iter().map(|level| level.rows as u64).sum()
    }
}
