//! Accounts: signing up, in and out, and choosing a password.

use commerce::Actor;
use commerce::apps::Scope;
use commerce::contact;
use commerce::customers::accounts::{
    self, AccountUpdate, Newcomer, PasswordRefusal, Purpose, RedeemError, SignInError, SignedUp,
};
use commerce::customers::{CustomerError, CustomerInput};
use commerce::staff::Guesses;
use graphql::{Error, Maybe, MutationCx};
use serde::Deserialize;
use store::StoreError;
use units::CustomerId;

use super::payloads::{self, Account, SignedOut};
use super::signed_in;
use crate::errors::{UserError, fault};
use crate::passwords;
use crate::{Registry, Request};

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    email: String,
    password: String,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    accepts_marketing: Option<bool>,
}

#[derive(Deserialize)]
struct SignInArgs {
    input: SignInInput,
}

#[derive(Deserialize)]
struct SignInInput {
    email: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenArgs {
    customer_access_token: String,
}

#[derive(Deserialize)]
struct RecoverArgs {
    email: String,
}

#[derive(Deserialize)]
struct ResetArgs {
    id: CustomerId,
    input: ResetInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResetInput {
    password: String,
    reset_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResetByUrlArgs {
    password: String,
    reset_url: String,
}

#[derive(Deserialize)]
struct ActivateArgs {
    id: CustomerId,
    input: ActivateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActivateInput {
    activation_token: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActivateByUrlArgs {
    activation_url: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    customer: UpdateInput,
    customer_access_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    #[serde(default)]
    email: Maybe<String>,
    #[serde(default)]
    first_name: Maybe<String>,
    #[serde(default)]
    last_name: Maybe<String>,
    #[serde(default)]
    phone: Maybe<String>,
    accepts_marketing: Option<bool>,
    password: Option<String>,
}

/// A password chosen by a link: whose, what for, and where the link stands in the arguments.
struct Choice {
    field: &'static str,
    customer: Option<CustomerId>,
    purpose: Purpose,
    token: String,
    at: &'static [&'static str],
    password: String,
    password_at: &'static [&'static str],
}

pub(super) fn register(r: &mut Registry) {
    payloads::register(r);
    r.mutation("customerCreate", create);
    r.mutation("customerAccessTokenCreate", sign_in);
    r.mutation("customerAccessTokenRenew", renew);
    r.mutation("customerAccessTokenDelete", sign_out);
    r.mutation("customerRecover", recover);
    r.mutation("customerUpdate", update);
    links(r);
}

/// Choosing a password by a link.
fn links(r: &mut Registry) {
    r.mutation(
        "customerReset",
        |cx: MutationCx<Request>, args: ResetArgs| {
            let choice = Choice {
                field: "customerReset",
                customer: Some(args.id),
                purpose: Purpose::Reset,
                token: args.input.reset_token,
                at: &["input", "resetToken"],
                password: args.input.password,
                password_at: &["input", "password"],
            };
            redeem(cx, choice)
        },
    );
    r.mutation(
        "customerResetByUrl",
        |cx: MutationCx<Request>, args: ResetByUrlArgs| {
            let (customer, token) = of_url(&args.reset_url);
            let choice = Choice {
                field: "customerResetByUrl",
                customer,
                purpose: Purpose::Reset,
                token,
                at: &["resetUrl"],
                password: args.password,
                password_at: &["password"],
            };
            redeem(cx, choice)
        },
    );
    r.mutation(
        "customerActivate",
        |cx: MutationCx<Request>, args: ActivateArgs| {
            let choice = Choice {
                field: "customerActivate",
                customer: Some(args.id),
                purpose: Purpose::Activation,
                token: args.input.activation_token,
                at: &["input", "activationToken"],
                password: args.input.password,
                password_at: &["input", "password"],
            };
            redeem(cx, choice)
        },
    );
    r.mutation(
        "customerActivateByUrl",
        |cx: MutationCx<Request>, args: ActivateByUrlArgs| {
            let (customer, token) = of_url(&args.activation_url);
            let choice = Choice {
                field: "customerActivateByUrl",
                customer,
                purpose: Purpose::Activation,
                token,
                at: &["activationUrl"],
                password: args.password,
                password_at: &["password"],
            };
            redeem(cx, choice)
        },
    );
}

/// Makes an account.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Account, Error> {
    let request = &cx.request;
    request.permit("customerCreate", Scope::UnauthenticatedWriteCustomers)?;
    let CreateInput { password, .. } = &args.input;
    if let Err(why) = accounts::check_password(password) {
        return Ok(refused(bad_password(why, &["input", "password"])));
    }
    let newcomer = Newcomer {
        email: args.input.email,
        first_name: args.input.first_name,
        last_name: args.input.last_name,
        phone: args.input.phone,
        accepts_marketing: args.input.accepts_marketing.unwrap_or(false),
        password: passwords::hash(request, args.input.password).await?,
    };
    let (call, email) = (request.buyer(), newcomer.email.clone());
    let done = request
        .write(move |tx| accounts::sign_up(tx, &call, &newcomer))
        .await;
    match done {
        Ok(SignedUp::Enabled(customer)) => Ok(Account {
            customer: Some(customer),
            ..Account::default()
        }),
        Ok(SignedUp::Invited) => {
            let why = format!(
                "We have sent an email to {}, please click the link included to verify your \
                 email address.",
                email.trim()
            );
            let error = UserError::new(&["input", "email"], "CUSTOMER_DISABLED", &why);
            Ok(refused(error))
        }
        Err(error) => Ok(refused(user_error_of(error, "input")?)),
    }
}

/// Signs in. Guessing is slowed down by the mailbox that is guessed at.
async fn sign_in(cx: MutationCx<Request>, args: SignInArgs) -> Result<Account, Error> {
    let request = &cx.request;
    request.permit(
        "customerAccessTokenCreate",
        Scope::UnauthenticatedWriteCustomers,
    )?;
    let SignInInput { email, password } = args.input;
    let keys = limited(request, "sign in", &email)?;
    let known = request
        .read(move |tx| accounts::credentials(tx, &email))
        .await;
    let known = known.and_then(|found| found).map_err(fault)?;
    let hash = known.as_ref().map(|found| found.password_hash.clone());
    let fits = passwords::verify(password, hash).await?;
    let Some(known) = known.filter(|_| fits) else {
        failed(request, &keys);
        return Ok(refused(unidentified()));
    };
    let call = request.buyer();
    let token = request
        .write(move |tx| accounts::sign_in(tx, &call, &known))
        .await;
    match token {
        Ok(token) => {
            // Who signs in to one account has not stopped guessing at others.
            let own = keys.iter().filter(|key| !matches!(key, Guesses::By(_)));
            own.for_each(|key| request.limiter().succeeded(key));
            Ok(Account {
                token: Some(token),
                ..Account::default()
            })
        }
        Err(SignInError::Changed) => Ok(refused(unidentified())),
        Err(SignInError::Store(cause)) => Err(fault(cause)),
    }
}

/// Lets a token last longer.
async fn renew(cx: MutationCx<Request>, args: TokenArgs) -> Result<Account, Error> {
    let request = &cx.request;
    request.permit(
        "customerAccessTokenRenew",
        Scope::UnauthenticatedWriteCustomers,
    )?;
    let call = request.buyer();
    let token = request
        .write(move |tx| accounts::renew(tx, &call, &args.customer_access_token))
        .await
        .map_err(fault)?;
    Ok(match token {
        Some(token) => Account {
            token: Some(token),
            ..Account::default()
        },
        None => refused(no_token()),
    })
}

/// Ends a token.
async fn sign_out(cx: MutationCx<Request>, args: TokenArgs) -> Result<SignedOut, Error> {
    let request = &cx.request;
    request.permit(
        "customerAccessTokenDelete",
        Scope::UnauthenticatedWriteCustomers,
    )?;
    let (now, text) = (request.now(), args.customer_access_token);
    let ended = text.clone();
    let id: Option<i64> = request
        .write(move |tx| accounts::sign_out(tx, &ended, now))
        .await
        .map_err(fault)?;
    Ok(match id {
        Some(id) => SignedOut {
            token: Some((text, id)),
            errors: Vec::new(),
        },
        None => SignedOut {
            token: None,
            errors: vec![no_token()],
        },
    })
}

/// Sends a link to choose another password with. The answer is the same for every mailbox.
async fn recover(cx: MutationCx<Request>, args: RecoverArgs) -> Result<Account, Error> {
    let request = &cx.request;
    request.permit("customerRecover", Scope::UnauthenticatedWriteCustomers)?;
    if contact::email(&args.email).is_none() {
        let error = UserError::new(&["email"], "INVALID", &"Email is invalid");
        return Ok(refused(error));
    }
    let keys = limited(request, "recover", &args.email)?;
    failed(request, &keys);
    let call = request.buyer();
    let sent: Result<(), StoreError> = request
        .write(move |tx| accounts::recover(tx, &call, &args.email))
        .await;
    sent.map_err(fault)?;
    Ok(Account::default())
}

/// Changes a customer's own record.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Account, Error> {
    let request = &cx.request;
    request.permit("customerUpdate", Scope::UnauthenticatedWriteCustomers)?;
    let Some(known) = signed_in(request, &args.customer_access_token).await? else {
        return Ok(refused(no_token()));
    };
    let input = args.customer;
    let password = match input.password {
        None => None,
        Some(password) => {
            if let Err(why) = accounts::check_password(&password) {
                return Ok(refused(bad_password(why, &["customer", "password"])));
            }
            Some(passwords::hash(request, password).await?)
        }
    };
    let change = AccountUpdate {
        contact: CustomerInput {
            email: input.email.given(),
            first_name: input.first_name.given(),
            last_name: input.last_name.given(),
            phone: input.phone.given(),
            ..CustomerInput::default()
        },
        accepts_marketing: input.accepts_marketing,
        password,
    };
    let (call, id) = (
        request.buyer().acting_as(Actor::Customer(known.id)),
        known.id,
    );
    let done = request
        .write(move |tx| accounts::update_account(tx, &call, id, &change))
        .await;
    match done {
        Ok(token) => Ok(Account {
            customer: Some(id),
            token,
            errors: Vec::new(),
        }),
        Err(error) => Ok(refused(user_error_of(error, "customer")?)),
    }
}

/// Sets the password that somebody chose by a link.
async fn redeem(cx: MutationCx<Request>, choice: Choice) -> Result<Account, Error> {
    let request = &cx.request;
    request.permit(choice.field, Scope::UnauthenticatedWriteCustomers)?;
    if let Err(why) = accounts::check_password(&choice.password) {
        return Ok(refused(bad_password(why, choice.password_at)));
    }
    let invalid = UserError::new(choice.at, "TOKEN_INVALID", &RedeemError::LinkInvalid);
    let Some(customer) = choice.customer else {
        return Ok(refused(invalid));
    };
    let hash = passwords::hash(request, choice.password).await?;
    let call = request.buyer().acting_as(Actor::Customer(customer));
    let link = (choice.purpose, choice.token);
    let done = request
        .write(move |tx| accounts::redeem(tx, &call, customer, (link.0, &link.1), &hash))
        .await;
    match done {
        Ok(token) => Ok(Account {
            customer: Some(customer),
            token: Some(token),
            errors: Vec::new(),
        }),
        Err(RedeemError::LinkInvalid) => Ok(refused(invalid)),
        Err(error @ RedeemError::AlreadyEnabled) => Ok(refused(UserError::new(
            choice.at,
            "ALREADY_ENABLED",
            &error,
        ))),
        Err(RedeemError::Store(cause)) => Err(fault(cause)),
    }
}

/// The customer and the token of `https://shop/account/reset/{customer}/{token}`.
fn of_url(url: &str) -> (Option<CustomerId>, String) {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let token = parts.next().unwrap_or_default().to_owned();
    let customer = parts.next().and_then(|number| number.parse().ok());
    (customer.map(CustomerId), token)
}

/// The keys that attempts are counted under, unless there were too many.
fn limited(request: &Request, what: &str, email: &str) -> Result<Vec<Guesses>, Error> {
    let mailbox = contact::email_key(email).unwrap_or_default();
    let account = format!("{what}/{}/{mailbox}", request.shop().get());
    let mut keys = vec![Guesses::Against(account.clone())];
    if let Some(caller) = request.caller() {
        let caller = format!("{what}/{}/from {caller}", request.shop().get());
        keys.push(Guesses::By(caller.clone()));
        keys.push(Guesses::At { account, caller });
    }
    for key in &keys {
        if let Err(barred) = request.limiter().check(key, request.now()) {
            let seconds = barred.retry_after_seconds;
            let why = format!("Too many attempts. Try again in {seconds} seconds.");
            return Err(Error::new(why).code("THROTTLED"));
        }
    }
    Ok(keys)
}

/// Counts an attempt under all of its keys.
fn failed(request: &Request, keys: &[Guesses]) {
    for key in keys {
        request.limiter().failed(key, request.now());
    }
}

fn refused(error: UserError) -> Account {
    Account {
        errors: vec![error],
        ..Account::default()
    }
}

fn unidentified() -> UserError {
    UserError::new(
        &["input"],
        "UNIDENTIFIED_CUSTOMER",
        &"Unidentified customer",
    )
}

/// A token that is unknown or has ended.
pub(super) fn no_token() -> UserError {
    let why = "The access token is not valid. Sign in again.";
    UserError::new(&["customerAccessToken"], "TOKEN_INVALID", &why)
}

fn bad_password(why: PasswordRefusal, at: &[&str]) -> UserError {
    let code = match why {
        PasswordRefusal::Blank => "BLANK",
        PasswordRefusal::TooShort => "TOO_SHORT",
        PasswordRefusal::TooLong => "TOO_LONG",
        PasswordRefusal::BlankAtEnd => "PASSWORD_STARTS_OR_ENDS_WITH_WHITESPACE",
    };
    UserError::new(at, code, &why)
}

fn user_error_of(error: CustomerError, under: &str) -> Result<UserError, Error> {
    let (part, code) = match &error {
        CustomerError::Store(cause) => return Err(fault(cause.clone())),
        CustomerError::EmailInvalid => ("email", "INVALID"),
        CustomerError::EmailTaken => ("email", "TAKEN"),
        CustomerError::PhoneInvalid => ("phone", "INVALID"),
        CustomerError::PhoneTaken => ("phone", "TAKEN"),
        CustomerError::FirstNameTooLong => ("firstName", "TOO_LONG"),
        CustomerError::LastNameTooLong => ("lastName", "TOO_LONG"),
        CustomerError::NotFound => return Ok(no_token()),
        // What customers do not say about themselves.
        _ => return Ok(UserError::new(&[under], "INVALID", &error)),
    };
    Ok(UserError::new(&[under, part], code, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_tells_whose_it_is() {
        let url = "https://shop.example/account/reset/7/abc?syclid=1";
        assert_eq!(of_url(url), (Some(CustomerId(7)), "abc".to_owned()));
        assert_eq!(of_url("nonsense"), (None, "nonsense".to_owned()));
        assert_eq!(of_url(""), (None, String::new()));
    }
}
