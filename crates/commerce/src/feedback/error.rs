//! Why feedback is refused.

use store::StoreError;

/// Why an app's feedback is not kept; the place is that in the list that was given.
#[derive(Debug, thiserror::Error)]
pub enum FeedbackError {
    /// More than one call may bring.
    #[error("At most 50 products can be given feedback at once")]
    TooMany,
    /// No such product.
    #[error("The product wasn't found")]
    ProductMissing(usize),
    /// The app has said something later already.
    #[error("Feedback is older than what the app has said already")]
    Outdated(usize),
    /// It is of a moment to come.
    #[error("Feedback can't be of a moment in the future")]
    Future(usize),
    /// There is something to do, and it is not said.
    #[error("Messages can't be blank when action is required")]
    Blank(usize),
    /// There is nothing to do, and yet something is said.
    #[error("Messages must be empty when nothing is required")]
    Present(usize),
    /// More or longer messages than merchants read.
    #[error("There can be at most 10 messages of 100 characters each")]
    Messages(usize),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}
