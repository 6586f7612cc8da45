//! What apps tell the merchant about products, or about the shop: that all is well, or what is to
//! be done before the app can work with it.

mod error;
mod note;
mod read;

pub use error::FeedbackError;
pub use note::{NewFeedback, PRODUCTS_MAX, note_products, note_shop};
pub use read::{from_app, of_products, of_shop};

use store::{record, text_enum};
use units::{AppId, ProductId, Timestamp};

text_enum! {
    /// What feedback is about.
    enum About {
        /// A product.
        Product = "Product",
        /// The shop, whose number among the subjects is 0.
        Shop = "Shop",
    }
}

text_enum! {
    /// Whether there is something to do.
    pub enum FeedbackState {
        /// Nothing: the app can work with it.
        Accepted = "ACCEPTED",
        /// What the messages say.
        RequiresAction = "REQUIRES_ACTION",
    }
}

/// What an app last said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// The app.
    pub app: AppId,
    /// The product that it is about; none when it is about the shop.
    pub product: Option<ProductId>,
    /// Whether there is something to do.
    pub state: FeedbackState,
    /// What is to be done.
    pub messages: Vec<String>,
    /// When the app came to say so.
    pub generated_at: Timestamp,
    /// The state of the product that the app had seen.
    pub product_updated_at: Option<Timestamp>,
}

record! {
    struct Row {
        subject_id: i64,
        app_id: AppId,
        state: FeedbackState,
        messages: String,
        generated_at: Timestamp,
        subject_updated_at: Option<Timestamp>,
    }
}

impl Row {
    fn into_feedback(self) -> Feedback {
        Feedback {
            app: self.app_id,
            product: (self.subject_id != 0).then_some(ProductId(self.subject_id)),
            state: self.state,
            messages: crate::attributes::from_json(&self.messages),
            generated_at: self.generated_at,
            product_updated_at: self.subject_updated_at,
        }
    }
}
