//! How much a template may do.

/// What a template may use up. Each limit has its own error, and each stops
/// the render.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Steps: one for each tag, output and turn of a loop, and more for
    /// filters over long lists and texts.
    pub fuel: u64,
    /// Bytes of output.
    pub output_bytes: usize,
    /// Bytes of texts and lists that a template makes on its way.
    pub memory_bytes: usize,
    /// Elements that one loop may run over.
    pub loop_length: usize,
    /// Partials inside partials; scopes of loops count as well, as they do in
    /// the reference.
    pub depth: usize,
    /// Blocks inside blocks, over all partials.
    pub nesting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fuel: 20_000_000,
            output_bytes: 32 << 20,
            memory_bytes: 128 << 20,
            loop_length: 1_000_000,
            depth: 100,
            nesting: 300,
        }
    }
}
