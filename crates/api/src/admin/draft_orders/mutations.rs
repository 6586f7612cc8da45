//! What may be done with drafts: made, changed, duplicated, sent, completed, thrown away.

use commerce::apps::Scope;
use commerce::draft_orders::{
    self, BULK_MAX, CompleteError, Completion, DraftOrder, DraftOrderError, InvoiceError,
    Settlement,
};
use commerce::mails::InvoiceMail;
use commerce::metafields::MetafieldsError;
use commerce::orders::CreateError;
use commerce::tags::TagsError;
use commerce::{AddressError, Call};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use store::StoreError;
use units::DraftOrderId;

use super::calculated::Calculated;
use super::inputs::DraftOrderInput;
use crate::admin::batches::fail_all;
use crate::admin::jobs::Job;
use crate::admin::orders::{EmailInput, email_field};
use crate::errors::{UserError, fault};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

/// No search throws away more than this many times [`BULK_MAX`].
const ROUNDS_MAX: usize = 100;

#[derive(Deserialize)]
struct InputArgs {
    input: DraftOrderInput,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: DraftOrderId,
    input: DraftOrderInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DuplicateArgs {
    id: Option<DraftOrderId>,
    draft_order_id: Option<DraftOrderId>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    input: DeleteInput,
}

#[derive(Deserialize)]
struct DeleteInput {
    id: DraftOrderId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CompleteArgs {
    id: DraftOrderId,
    payment_pending: bool,
    source_name: Option<String>,
}

#[derive(Deserialize)]
struct InvoiceArgs {
    id: DraftOrderId,
    email: Option<EmailInput>,
}

#[derive(Deserialize)]
struct BulkArgs {
    ids: Option<Vec<DraftOrderId>>,
    search: Option<String>,
}

/// A draft after a mutation, or why it is as it was.
struct DraftPayload {
    draft: Option<DraftOrderId>,
    user_errors: Vec<UserError>,
}

/// The draft that is gone, or why it is still there.
struct DeletePayload(DraftPayload);

/// What a draft would come to, or why it cannot be.
struct CalculatePayload {
    calculated: Option<Calculated>,
    user_errors: Vec<UserError>,
}

struct BulkPayload {
    job: Option<Job>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("draftOrderCreate", create);
    r.mutation("draftOrderUpdate", update);
    r.mutation("draftOrderDuplicate", duplicate);
    r.mutation("draftOrderDelete", delete);
    r.mutation("draftOrderBulkDelete", bulk_delete);
    r.mutation("draftOrderCalculate", calculate);
    r.mutation("draftOrderComplete", complete);
    r.mutation("draftOrderInvoiceSend", send_invoice);
    for name in [
        "DraftOrderCreatePayload",
        "DraftOrderUpdatePayload",
        "DraftOrderDuplicatePayload",
        "DraftOrderCompletePayload",
        "DraftOrderInvoiceSendPayload",
    ] {
        r.object::<DraftPayload>(name)
            .load("draftOrder", payload_draft)
            .child("userErrors", |own| own.user_errors.clone());
    }
    r.object::<DeletePayload>("DraftOrderDeletePayload")
        .leaf("deletedId", |own| own.0.draft.map(Id))
        .child("userErrors", |own| own.0.user_errors.clone());
    r.object::<CalculatePayload>("DraftOrderCalculatePayload")
        .child("calculatedDraftOrder", |own| own.calculated.clone())
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<BulkPayload>("DraftOrderBulkDeletePayload")
        .child("job", |own| own.job.clone())
        .child("userErrors", |own| own.user_errors.clone());
}

fn permit(cx: &MutationCx<Request>, field: &str) -> Result<Call, Error> {
    cx.request.permit(field, Scope::WriteDraftOrders)
}

/// The input in the domain's words, or the payload that says why it cannot be read.
async fn read(
    cx: &MutationCx<Request>,
    input: DraftOrderInput,
) -> Result<Result<draft_orders::DraftOrderInput, UserError>, Error> {
    let shop = cx.request.read(commerce::shops::current).await;
    let shop = shop.and_then(|shop| shop).map_err(fault)?;
    Ok(input.into_input(shop.currency))
}

/// Makes a draft.
async fn create(cx: MutationCx<Request>, args: InputArgs) -> Result<DraftPayload, Error> {
    let call = permit(&cx, "draftOrderCreate")?;
    let input = match read(&cx, args.input).await? {
        Ok(input) => input,
        Err(unreadable) => return Ok(DraftPayload::refused(None, unreadable)),
    };
    let done = cx
        .request
        .write(move |tx| draft_orders::create(tx, &call, &input))
        .await;
    present(done, None, &[])
}

/// Changes a draft.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<DraftPayload, Error> {
    let call = permit(&cx, "draftOrderUpdate")?;
    let id = args.id;
    let input = match read(&cx, args.input).await? {
        Ok(input) => input,
        Err(unreadable) => return Ok(DraftPayload::refused(None, unreadable)),
    };
    let done = cx
        .request
        .write(move |tx| draft_orders::update(tx, &call, id, &input))
        .await;
    present(done, None, &["input"])
}

/// Makes a draft like another.
async fn duplicate(cx: MutationCx<Request>, args: DuplicateArgs) -> Result<DraftPayload, Error> {
    let call = permit(&cx, "draftOrderDuplicate")?;
    let Some(id) = args.id.or(args.draft_order_id) else {
        return present(Err(DraftOrderError::NotFound), None, &[]);
    };
    let done = cx
        .request
        .write(move |tx| draft_orders::duplicate(tx, &call, id))
        .await;
    present(done, None, &[])
}

/// Throws a draft away.
async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<DeletePayload, Error> {
    let call = permit(&cx, "draftOrderDelete")?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| draft_orders::delete(tx, &call, id))
        .await;
    present(done, None, &[]).map(DeletePayload)
}

/// Throws drafts away: those of some ids, or all that a search finds.
async fn bulk_delete(cx: MutationCx<Request>, args: BulkArgs) -> Result<BulkPayload, Error> {
    let call = permit(&cx, "draftOrderBulkDelete")?;
    let job = Job::done(&call);
    match (args.ids, args.search) {
        (Some(ids), None) => {
            let removed = cx
                .request
                .write(move |tx| draft_orders::delete_many(tx, &call, &ids));
            removed.await.map_err(fault)?;
        }
        (None, Some(search)) => {
            for _ in 0..ROUNDS_MAX {
                let (call, search) = (call.clone(), search.clone());
                let removed = cx.request.write(move |tx| {
                    let currency = commerce::shops::current(tx)?.currency;
                    let found = draft_orders::parse_search(&search, (currency, call.now));
                    let ids = draft_orders::ids_found(tx, found.filter, BULK_MAX)?;
                    draft_orders::delete_many(tx, &call, &ids)?;
                    Ok::<usize, StoreError>(ids.len())
                });
                if removed.await.map_err(fault)? < BULK_MAX {
                    break;
                }
            }
        }
        _ => {
            let message = "Name the draft orders either by ids or by a search.";
            return Ok(BulkPayload {
                job: None,
                user_errors: vec![UserError::new(&["ids"], None, &message)],
            });
        }
    }
    Ok(BulkPayload {
        job: Some(job),
        user_errors: Vec::new(),
    })
}

/// Says what a draft would come to.
async fn calculate(cx: MutationCx<Request>, args: InputArgs) -> Result<CalculatePayload, Error> {
    let call = permit(&cx, "draftOrderCalculate")?;
    let input = match read(&cx, args.input).await? {
        Ok(input) => input,
        Err(unreadable) => {
            return Ok(CalculatePayload {
                calculated: None,
                user_errors: vec![unreadable],
            });
        }
    };
    let found = cx
        .request
        .read(move |tx| draft_orders::calculate(tx, &call, &input))
        .await
        .map_err(fault)?;
    Ok(match found {
        Ok(draft) => CalculatePayload {
            calculated: Some(Calculated(draft)),
            user_errors: Vec::new(),
        },
        Err(error) => CalculatePayload {
            calculated: None,
            user_errors: vec![user_error(error, &[])?],
        },
    })
}

/// Makes an order of a draft.
async fn complete(cx: MutationCx<Request>, args: CompleteArgs) -> Result<DraftPayload, Error> {
    let call = permit(&cx, "draftOrderComplete")?;
    let id = args.id;
    let completion = Completion {
        settlement: if args.payment_pending {
            Settlement::Pending
        } else {
            Settlement::Paid
        },
        source_name: args.source_name,
    };
    let done = cx
        .request
        .write(move |tx| draft_orders::complete(tx, &call, id, &completion))
        .await;
    match done {
        Ok(completed) => Ok(DraftPayload::done(completed.draft)),
        Err(CompleteError::Store(cause) | CompleteError::Order(CreateError::Store(cause))) => {
            Err(fault(cause))
        }
        Err(error @ CompleteError::NotFound) => Ok(DraftPayload::refused(
            None,
            UserError::new(&["id"], None, &error),
        )),
        // The draft is shown with its order: whoever repeats a call finds what the first one did.
        Err(error @ (CompleteError::Completed | CompleteError::Order(_))) => {
            let error = UserError::new(&[], None, &error);
            Ok(DraftPayload::refused(Some(id), error))
        }
    }
}

/// Sends a draft's invoice.
async fn send_invoice(cx: MutationCx<Request>, args: InvoiceArgs) -> Result<DraftPayload, Error> {
    let call = permit(&cx, "draftOrderInvoiceSend")?;
    let id = args.id;
    let mail = args.email.map_or_else(InvoiceMail::default, Into::into);
    let done = cx
        .request
        .write(move |tx| draft_orders::send_invoice(tx, &call, id, &mail))
        .await;
    let error = match done {
        Ok(id) => return Ok(DraftPayload::done(id)),
        Err(error) => error,
    };
    let field: &[&str] = match &error {
        InvoiceError::Store(cause) => return Err(fault(cause.clone())),
        InvoiceError::NotFound => &["id"],
        InvoiceError::Completed => &[],
        InvoiceError::Mail(refused) => &email_field(refused),
    };
    Ok(DraftPayload::refused(
        None,
        UserError::new(field, None, &error),
    ))
}

impl DraftPayload {
    fn done(id: DraftOrderId) -> Self {
        Self {
            draft: Some(id),
            user_errors: Vec::new(),
        }
    }

    fn refused(draft: Option<DraftOrderId>, error: UserError) -> Self {
        Self {
            draft,
            user_errors: vec![error],
        }
    }
}

fn present(
    done: Result<DraftOrderId, DraftOrderError>,
    draft: Option<DraftOrderId>,
    prefix: &[&str],
) -> Result<DraftPayload, Error> {
    match done {
        Ok(id) => Ok(DraftPayload::done(id)),
        Err(error) => Ok(DraftPayload::refused(draft, user_error(error, prefix)?)),
    }
}

fn user_error(error: DraftOrderError, prefix: &[&str]) -> Result<UserError, Error> {
    use DraftOrderError as E;
    let place = place_of(&error).to_string();
    let field: &[&str] = match &error {
        E::Store(cause)
        | E::Tags(TagsError::Store(cause))
        | E::Metafields(MetafieldsError::Store(cause)) => return Err(fault(cause.clone())),
        E::NotFound => return Ok(UserError::new(&["id"], None, &error)),
        // As the public interface answers these: without a field.
        E::Completed
        | E::NoLines
        | E::VariantUnknown(_)
        | E::TitleMissing
        | E::PriceNegative
        | E::TooLarge
        | E::CurrencyMismatch { .. } => return Ok(UserError::new(&[], None, &error)),
        E::TooManyLines => &["lineItems"],
        E::QuantityNotPositive { .. } | E::QuantityTooHigh { .. } => {
            &["lineItems", "#", "quantity"]
        }
        E::WeightInvalid { .. } => &["lineItems", "#", "weight"],
        E::DiscountTooHigh { at: Some(_) } | E::DiscountTooPrecise { at: Some(_) } => {
            &["lineItems", "#", "appliedDiscount", "value"]
        }
        E::DiscountTooHigh { at: None } | E::DiscountTooPrecise { at: None } => {
            &["appliedDiscount", "value"]
        }
        E::DeliveryNegative => &["shippingLine", "price"],
        E::RateUnknown(_) => &["shippingLine", "shippingRateHandle"],
        E::EmailInvalid => &["email"],
        E::PhoneInvalid => &["phone"],
        E::CustomerUnknown => &["customerId"],
        E::AddressInvalid {
            field,
            reason: AddressError::CountryInvalid,
        } => &[*field, "country"],
        E::AddressInvalid {
            field,
            reason: AddressError::ProvinceInvalid,
        } => &[*field, "province"],
        E::TooLong { field } => &[*field],
        E::Tags(_) => &["tags"],
        E::Metafields(_) => &["metafields"],
    };
    let own = field
        .iter()
        .map(|part| if *part == "#" { &place } else { *part });
    let path: Vec<&str> = prefix.iter().copied().chain(own).collect();
    Ok(UserError::new(&path, None, &error))
}

/// Which line a refusal is about.
const fn place_of(error: &DraftOrderError) -> usize {
    match error {
        DraftOrderError::QuantityNotPositive { at }
        | DraftOrderError::QuantityTooHigh { at }
        | DraftOrderError::WeightInvalid { at }
        | DraftOrderError::DiscountTooHigh { at: Some(at) }
        | DraftOrderError::DiscountTooPrecise { at: Some(at) } => *at,
        _ => 0,
    }
}

fn payload_draft(
    payloads: &[&DraftPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<DraftOrder>, Error>> {
    let ids: Vec<DraftOrderId> = payloads.iter().filter_map(|own| own.draft).collect();
    match draft_orders::load(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            let draft = |own: &&DraftPayload| Ok(own.draft.and_then(|_| found.next().flatten()));
            payloads.iter().map(draft).collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}
