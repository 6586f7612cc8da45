//! What may be done with discounts.

use commerce::apps::Scope;
use commerce::discounts::{self, DiscountError, Kind, Method, Place};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{DiscountId, DiscountRedeemCodeId, Gid};

use super::inputs::{
    AutomaticBasicInput, AutomaticBxgyInput, AutomaticFreeShippingInput, CodeBasicInput,
    CodeBxgyInput, CodeFreeShippingInput,
};
use super::{AutomaticNode, CodeNode, Own, by_id, number};
use crate::admin::jobs::Job;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::DateTime;
use crate::{Cx, Registry, Request};

/// Codes in one call.
const CODES_MAX: usize = 250;

/// A discount after a mutation, or why it is as it was.
struct Done {
    discount: Option<DiscountId>,
    user_errors: Vec<UserError>,
}

/// A discount by a code after a mutation.
struct CodePayload(Done);
/// An automatic discount after a mutation.
struct AutomaticPayload(Done);
/// A discount that is gone.
struct DeletePayload {
    id: Option<String>,
    user_errors: Vec<UserError>,
}
/// Work that was asked for.
struct JobPayload {
    job: Option<Job>,
    user_errors: Vec<UserError>,
}
/// Codes that were added.
struct AddPayload {
    added: Option<Added>,
    user_errors: Vec<UserError>,
}

/// What came of adding codes.
#[derive(Clone)]
struct Added {
    id: i64,
    at: units::Timestamp,
    codes: discounts::AddedCodes,
}

#[derive(Deserialize)]
struct IdArgs {
    id: Gid,
}

#[derive(Deserialize)]
struct ManyArgs {
    ids: Option<Vec<Gid>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddArgs {
    codes: Vec<CodeInput>,
    discount_id: Gid,
}

#[derive(Deserialize)]
struct CodeInput {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoveArgs {
    discount_id: Gid,
    ids: Option<Vec<DiscountRedeemCodeId>>,
}

/// Registers the mutations that make and change discounts of one kind, given one way.
macro_rules! create_and_update {
    ($r:ident: $($create:literal $update:literal $name:literal $field:ident: $input:ty, $method:ident $kind:ident $payload:ident;)*) => {$({
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Create {
            $field: $input,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Update {
            $field: $input,
            id: Gid,
        }
        $r.mutation($create, |cx: MutationCx<Request>, args: Create| async move {
            let input = args.$field.into();
            let what = What { field: $create, name: $name, method: Method::$method };
            create(cx, what, Kind::$kind, input).await.map($payload)
        });
        $r.mutation($update, |cx: MutationCx<Request>, args: Update| async move {
            let input = args.$field.into();
            let what = What { field: $update, name: $name, method: Method::$method };
            update(cx, what, Kind::$kind, args.id, input).await.map($payload)
        });
    })*};
}

/// What a mutation is about.
#[derive(Clone, Copy)]
struct What {
    /// The mutation.
    field: &'static str,
    /// The argument that refusals are about; empty when it is `id`.
    name: &'static str,
    method: Method,
}

pub(super) fn register(r: &mut Registry) {
    create_and_update! { r:
        "discountCodeBasicCreate" "discountCodeBasicUpdate"
            "basicCodeDiscount" basic_code_discount: CodeBasicInput, Code Basic CodePayload;
        "discountCodeFreeShippingCreate" "discountCodeFreeShippingUpdate"
            "freeShippingCodeDiscount" free_shipping_code_discount: CodeFreeShippingInput,
            Code FreeShipping CodePayload;
        "discountCodeBxgyCreate" "discountCodeBxgyUpdate"
            "bxgyCodeDiscount" bxgy_code_discount: CodeBxgyInput, Code BuyGet CodePayload;
        "discountAutomaticBasicCreate" "discountAutomaticBasicUpdate"
            "automaticBasicDiscount" automatic_basic_discount: AutomaticBasicInput,
            Automatic Basic AutomaticPayload;
        "discountAutomaticFreeShippingCreate" "discountAutomaticFreeShippingUpdate"
            "freeShippingAutomaticDiscount"
            free_shipping_automatic_discount: AutomaticFreeShippingInput,
            Automatic FreeShipping AutomaticPayload;
        "discountAutomaticBxgyCreate" "discountAutomaticBxgyUpdate"
            "automaticBxgyDiscount" automatic_bxgy_discount: AutomaticBxgyInput,
            Automatic BuyGet AutomaticPayload;
    }
    switches(r);
    deletions(r);
    codes(r);
    payloads(r);
}

fn switches(r: &mut Registry) {
    r.mutation(
        "discountCodeActivate",
        |cx: MutationCx<Request>, args: IdArgs| async move {
            let what = by_argument("discountCodeActivate", Method::Code);
            switch(cx, what, args.id, true).await.map(CodePayload)
        },
    );
    r.mutation(
        "discountCodeDeactivate",
        |cx: MutationCx<Request>, args: IdArgs| async move {
            let what = by_argument("discountCodeDeactivate", Method::Code);
            switch(cx, what, args.id, false).await.map(CodePayload)
        },
    );
    r.mutation(
        "discountAutomaticActivate",
        |cx: MutationCx<Request>, args: IdArgs| async move {
            let what = by_argument("discountAutomaticActivate", Method::Automatic);
            switch(cx, what, args.id, true).await.map(AutomaticPayload)
        },
    );
    r.mutation(
        "discountAutomaticDeactivate",
        |cx: MutationCx<Request>, args: IdArgs| async move {
            let what = by_argument("discountAutomaticDeactivate", Method::Automatic);
            switch(cx, what, args.id, false).await.map(AutomaticPayload)
        },
    );
}

fn deletions(r: &mut Registry) {
    r.mutation(
        "discountCodeDelete",
        |cx: MutationCx<Request>, args: IdArgs| {
            delete(cx, by_argument("discountCodeDelete", Method::Code), args.id)
        },
    );
    r.mutation(
        "discountAutomaticDelete",
        |cx: MutationCx<Request>, args: IdArgs| {
            let what = by_argument("discountAutomaticDelete", Method::Automatic);
            delete(cx, what, args.id)
        },
    );
    r.mutation(
        "discountCodeBulkDelete",
        |cx: MutationCx<Request>, args: ManyArgs| {
            delete_many(
                cx,
                by_argument("discountCodeBulkDelete", Method::Code),
                args,
            )
        },
    );
    r.mutation(
        "discountAutomaticBulkDelete",
        |cx: MutationCx<Request>, args: ManyArgs| {
            let what = by_argument("discountAutomaticBulkDelete", Method::Automatic);
            delete_many(cx, what, args)
        },
    );
}

fn codes(r: &mut Registry) {
    r.mutation("discountRedeemCodeBulkAdd", add_codes);
    r.mutation("discountCodeRedeemCodeBulkDelete", remove_codes);
    r.list_limit("discountRedeemCodeBulkAdd.codes", CODES_MAX);
}

fn payloads(r: &mut Registry) {
    user_error_with_code(r, "DiscountUserError");
    r.object::<UserError>("DiscountUserError")
        .leaf("extraInfo", |_| None::<String>);
    for name in [
        "DiscountCodeBasicCreatePayload",
        "DiscountCodeBasicUpdatePayload",
        "DiscountCodeFreeShippingCreatePayload",
        "DiscountCodeFreeShippingUpdatePayload",
        "DiscountCodeBxgyCreatePayload",
        "DiscountCodeBxgyUpdatePayload",
        "DiscountCodeActivatePayload",
        "DiscountCodeDeactivatePayload",
    ] {
        r.object::<CodePayload>(name)
            .load(
                "codeDiscountNode",
                |all: &[&CodePayload], _: &NoArgs, cx: &mut Cx| {
                    let load = |own: &&CodePayload| Ok(read(cx, &own.0)?.map(CodeNode));
                    all.iter().map(load).collect()
                },
            )
            .child("userErrors", |own| own.0.user_errors.clone());
    }
    for name in [
        "DiscountAutomaticBasicCreatePayload",
        "DiscountAutomaticBasicUpdatePayload",
        "DiscountAutomaticFreeShippingCreatePayload",
        "DiscountAutomaticFreeShippingUpdatePayload",
        "DiscountAutomaticBxgyCreatePayload",
        "DiscountAutomaticBxgyUpdatePayload",
        "DiscountAutomaticActivatePayload",
        "DiscountAutomaticDeactivatePayload",
    ] {
        r.object::<AutomaticPayload>(name)
            .load(
                "automaticDiscountNode",
                |all: &[&AutomaticPayload], _: &NoArgs, cx: &mut Cx| {
                    let load = |own: &&AutomaticPayload| Ok(read(cx, &own.0)?.map(AutomaticNode));
                    all.iter().map(load).collect()
                },
            )
            .child("userErrors", |own| own.0.user_errors.clone());
    }
    r.object::<DeletePayload>("DiscountCodeDeletePayload")
        .leaf("deletedCodeDiscountId", |own| own.id.clone())
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<DeletePayload>("DiscountAutomaticDeletePayload")
        .leaf("deletedAutomaticDiscountId", |own| own.id.clone())
        .child("userErrors", |own| own.user_errors.clone());
    for name in [
        "DiscountCodeBulkDeletePayload",
        "DiscountAutomaticBulkDeletePayload",
        "DiscountCodeRedeemCodeBulkDeletePayload",
    ] {
        r.object::<JobPayload>(name)
            .child("job", |own| own.job.clone())
            .child("userErrors", |own| own.user_errors.clone());
    }
    added(r);
}

fn added(r: &mut Registry) {
    r.object::<AddPayload>("DiscountRedeemCodeBulkAddPayload")
        .child("bulkCreation", |own| own.added.clone())
        .child("userErrors", |own| own.user_errors.clone());
    let failed = |own: &Added| {
        own.codes
            .codes
            .iter()
            .filter(|code| code.result.is_err())
            .count()
    };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    r.object::<Added>("DiscountRedeemCodeBulkCreation")
        .leaf("id", |own| {
            format!("gid://shopify/DiscountRedeemCodeBulkCreation/{}", own.id)
        })
        .leaf("createdAt", |own| DateTime(own.at))
        .leaf("done", |_| true)
        .leaf("codesCount", move |own| count(own.codes.codes.len()))
        .leaf("failedCount", move |own| count(failed(own)))
        .leaf("importedCount", move |own| {
            count(own.codes.codes.len() - failed(own))
        })
        .load("discountCode", |all: &[&Added], _: &NoArgs, cx: &mut Cx| {
            let load = |own: &&Added| {
                let found = by_id(cx, own.codes.discount, Some(Method::Code))?;
                Ok(found.map(CodeNode))
            };
            all.iter().map(load).collect()
        });
}

fn by_argument(field: &'static str, method: Method) -> What {
    What {
        field,
        name: "",
        method,
    }
}

fn read(cx: &mut Cx, done: &Done) -> Result<Option<Own>, Error> {
    match done.discount {
        Some(id) => by_id(cx, id, None),
        None => Ok(None),
    }
}

async fn create(
    cx: MutationCx<Request>,
    what: What,
    kind: Kind,
    input: discounts::DiscountInput,
) -> Result<Done, Error> {
    let call = cx.request.permit(what.field, Scope::WriteDiscounts)?;
    let done = cx
        .request
        .write(move |tx| discounts::create(tx, &call, what.method, kind, &input))
        .await;
    present(done, what)
}

async fn update(
    cx: MutationCx<Request>,
    what: What,
    kind: Kind,
    id: Gid,
    input: discounts::DiscountInput,
) -> Result<Done, Error> {
    let call = cx.request.permit(what.field, Scope::WriteDiscounts)?;
    let Some(id) = number(&id) else {
        return present(Err(DiscountError::NotFound(what.method)), what);
    };
    let done = cx
        .request
        .write(move |tx| discounts::update(tx, &call, id, what.method, kind, &input))
        .await;
    present(done, what)
}

async fn switch(cx: MutationCx<Request>, what: What, id: Gid, on: bool) -> Result<Done, Error> {
    let call = cx.request.permit(what.field, Scope::WriteDiscounts)?;
    let Some(id) = number(&id) else {
        return present(Err(DiscountError::NotFound(what.method)), what);
    };
    let done = cx
        .request
        .write(move |tx| {
            if on {
                discounts::activate(tx, &call, id, what.method)
            } else {
                discounts::deactivate(tx, &call, id, what.method)
            }
        })
        .await;
    present(done, what)
}

async fn delete(cx: MutationCx<Request>, what: What, id: Gid) -> Result<DeletePayload, Error> {
    let call = cx.request.permit(what.field, Scope::WriteDiscounts)?;
    let done = match number(&id) {
        Some(id) => {
            cx.request
                .write(move |tx| discounts::delete(tx, &call, id, what.method))
                .await
        }
        None => Err(DiscountError::NotFound(what.method)),
    };
    let done = present(done, what)?;
    let kind = match what.method {
        Method::Code => "DiscountCodeNode",
        Method::Automatic => "DiscountAutomaticNode",
    };
    Ok(DeletePayload {
        id: done
            .discount
            .map(|id| format!("gid://shopify/{kind}/{}", id.get())),
        user_errors: done.user_errors,
    })
}

/// Deletes the discounts of these ids at once: when the reply leaves, the job is done.
async fn delete_many(
    cx: MutationCx<Request>,
    what: What,
    args: ManyArgs,
) -> Result<JobPayload, Error> {
    let call = cx.request.permit(what.field, Scope::WriteDiscounts)?;
    let Some(ids) = args.ids else {
        let message = "The ids of the discounts to delete are required.";
        let error = UserError::new(&["ids"], "MISSING_ARGUMENT", &message);
        return Ok(JobPayload {
            job: None,
            user_errors: vec![error],
        });
    };
    let job = Job::done(&call);
    let ids: Vec<DiscountId> = ids.iter().filter_map(number).collect();
    let done = cx
        .request
        .write(move |tx| discounts::delete_many(tx, &call, &ids, what.method))
        .await;
    finished(done, job, what)
}

async fn add_codes(cx: MutationCx<Request>, args: AddArgs) -> Result<AddPayload, Error> {
    let what = What {
        field: "discountRedeemCodeBulkAdd",
        name: "discountId",
        method: Method::Code,
    };
    let call = cx.request.permit(what.field, Scope::WriteDiscounts)?;
    let (id, at): (i64, _) = (call.new_id(), call.now);
    let codes: Vec<String> = args.codes.into_iter().map(|own| own.code).collect();
    let done = match number(&args.discount_id) {
        Some(discount) => {
            cx.request
                .write(move |tx| discounts::add_codes(tx, &call, discount, &codes))
                .await
        }
        None => Err(DiscountError::NotFound(Method::Code)),
    };
    Ok(match done {
        Ok(codes) => AddPayload {
            added: Some(Added { id, at, codes }),
            user_errors: Vec::new(),
        },
        Err(error) => AddPayload {
            added: None,
            user_errors: vec![refusal(error, what)?],
        },
    })
}

async fn remove_codes(cx: MutationCx<Request>, args: RemoveArgs) -> Result<JobPayload, Error> {
    let what = What {
        field: "discountCodeRedeemCodeBulkDelete",
        name: "discountId",
        method: Method::Code,
    };
    let call = cx.request.permit(what.field, Scope::WriteDiscounts)?;
    let job = Job::done(&call);
    let ids = args.ids.unwrap_or_default();
    let done = match number(&args.discount_id) {
        Some(discount) => {
            cx.request
                .write(move |tx| discounts::remove_codes(tx, &call, discount, &ids))
                .await
        }
        None => Err(DiscountError::NotFound(Method::Code)),
    };
    finished(done, job, what)
}

fn finished(done: Result<usize, DiscountError>, job: Job, what: What) -> Result<JobPayload, Error> {
    Ok(match done {
        Ok(_) => JobPayload {
            job: Some(job),
            user_errors: Vec::new(),
        },
        Err(error) => JobPayload {
            job: None,
            user_errors: vec![refusal(error, what)?],
        },
    })
}

fn present(done: Result<DiscountId, DiscountError>, what: What) -> Result<Done, Error> {
    Ok(match done {
        Ok(id) => Done {
            discount: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => Done {
            discount: None,
            user_errors: vec![refusal(error, what)?],
        },
    })
}

/// A refusal at its argument; a fault when it is none.
fn refusal(error: DiscountError, what: What) -> Result<UserError, Error> {
    let mut field: Vec<&str> = Vec::new();
    match error.place() {
        None => {}
        Some(Place::Id) if what.name == "discountId" => field.push("discountId"),
        Some(Place::Id) => field.push("id"),
        Some(Place::Input(path)) => {
            // Calls without an input object are about their arguments themselves.
            if !what.name.is_empty() && what.name != "discountId" {
                field.push(what.name);
            }
            field.extend(path);
        }
    }
    let shown = UserError::new(&field, error.code(), &error);
    match error {
        DiscountError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}
