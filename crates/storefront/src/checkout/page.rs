//! The checkout page: contact, address, delivery, payment, review.

use commerce::carts::{CartView, delivery_handle};
use commerce::discounts::{CodeStanding, DiscountClass};
use maud::{Markup, PreEscaped, html};
use units::{Country, Money, Province};

use super::form::CheckoutForm;
use crate::cart_page::tax;
use crate::page::{Frame, picture};

/// What a country has whose addresses name no province.
const NO_PROVINCES: &[Province] = &[];

/// What is wrong with a form: what concerns one field stands beside it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The field's name without `checkout[…]` (`email`, `zip`, `number`), and what to do about it.
    pub(super) fields: Vec<(&'static str, String)>,
    /// What concerns the whole: a declined card, an empty shelf.
    pub(super) whole: Option<(&'static str, String)>,
}

impl Wrong {
    /// Nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.whole.is_none()
    }

    fn about(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, text)| text.as_str())
    }
}

/// A field as it stands in the page.
struct Field<'a> {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: &'a str,
    autocomplete: &'static str,
    class: &'static str,
    required: bool,
}

/// The fields that every checkout asks for, as a form stands.
pub(super) struct Fields<'a> {
    pub(super) frame: &'a Frame,
    pub(super) form: &'a CheckoutForm,
    pub(super) wrong: &'a Wrong,
    /// Whether anything has to be sent.
    pub(super) delivered: bool,
    /// The countries to choose from; empty for all.
    pub(super) countries: &'a [Country],
}

/// The page's matter.
pub(super) struct Page<'a> {
    pub(super) frame: &'a Frame,
    pub(super) view: &'a CartView,
    /// The countries that the shop delivers to; empty for all.
    pub(super) countries: &'a [Country],
    pub(super) form: &'a CheckoutForm,
    pub(super) wrong: &'a Wrong,
    pub(super) action: &'a str,
}

impl Page<'_> {
    /// The whole page.
    pub(super) fn markup(&self) -> Markup {
        let fields = Fields {
            frame: self.frame,
            form: self.form,
            wrong: self.wrong,
            delivered: self.view.requires_shipping,
            countries: if self.view.requires_shipping {
                self.countries
            } else {
                &[]
            },
        };
        let title = if self.wrong.is_empty() {
            "Checkout"
        } else {
            "Error: Checkout"
        };
        let body = html! {
            h1.hidden { "Checkout" }
            div.checkout {
                div {
                    (fields.what_is_wrong())
                    form method="post" action=(self.action) novalidate {
                        input type="hidden" name="authenticity_token" value=(self.view.cart.id.form_token());
                        @if let Some(priced) = &self.view.checkout {
                            input type="hidden" name="checkout[total]" value=(format!("{} {}", priced.total_minor, self.frame.shop.currency));
                        }
                        @if let Some(due) = self.view.due() {
                            input type="hidden" name="checkout[due]" value=(format!("{} {}", due.minor, due.currency));
                        }
                        input type="hidden" name="checkout[quantity]" value=(self.view.quantity);
                        // What Enter does in a field: take the order, not a code away.
                        button.hidden tabindex="-1" aria-hidden="true" { "Pay " (self.total()) }
                        (fields.contact())
                        (fields.address())
                        @if self.view.requires_shipping { (self.delivery()) }
                        (self.codes())
                        (fields.payment())
                        button { "Pay " (self.total()) }
                    }
                }
                (self.review())
            }
        };
        self.frame
            .checkout_page(title, ("/cart", "Back to cart"), &body)
    }

    /// What is paid now.
    fn total(&self) -> String {
        self.view.due().unwrap_or(self.view.subtotal).shown()
    }

    /// What is paid now and later, where a part is paid later.
    fn whole(&self) -> Option<Money> {
        let later = self.view.deferred_minor;
        let due = self.view.due().filter(|_| later > 0)?;
        Some(Money::new(due.minor + later, due.currency))
    }
}

impl Fields<'_> {
    /// What was typed as a card's number, unless it could be a real one: that is never repeated.
    fn number(&self) -> &str {
        let typed = self.form.number.trim();
        if typed.len() > 1 { "" } else { typed }
    }

    pub(super) fn what_is_wrong(&self) -> Markup {
        html! {
            @if let Some((title, text)) = &self.wrong.whole {
                div.note.bad role="alert" { h2 { (title) } p { (text) } }
            }
            @if !self.wrong.fields.is_empty() {
                div.note.bad role="alert" {
                    h2 { "Please check " @if self.wrong.fields.len() == 1 { "one field" } @else { (self.wrong.fields.len()) " fields" } }
                    ul { @for (name, text) in &self.wrong.fields { li { a href=(format!("#{name}")) { (text) } } } }
                }
            }
        }
    }

    pub(super) fn contact(&self) -> Markup {
        html! {
            fieldset.step {
                legend { "Contact" }
                (self.field(&Field { name: "email", label: "E-mail", kind: "email", value: &self.form.email,
                    autocomplete: "email", class: "", required: true }))
            }
        }
    }

    pub(super) fn address(&self) -> Markup {
        let form = self.form;
        let text = |name, label, value, autocomplete, class, required| {
            self.field(&Field {
                name,
                label,
                kind: "text",
                value,
                autocomplete,
                class,
                required,
            })
        };
        html! {
            fieldset.step {
                legend { @if self.delivered { "Delivery address" } @else { "Your address" } }
                div.row {
                    (self.country())
                    (text("first_name", "First name", &form.first_name, "given-name", "half", false))
                    (text("last_name", "Last name", &form.last_name, "family-name", "half", true))
                    (text("address1", "Street and number", &form.address1, "address-line1", "", true))
                    (text("address2", "Flat, floor, building (optional)", &form.address2, "address-line2", "", false))
                    (text("zip", "Postal code", &form.zip, "postal-code", "third", true))
                    (text("city", "Town", &form.city, "address-level2", "third", true))
                    (text("province", "State or province", &form.province, "address-level1", "third last", false))
                    (self.field(&Field { name: "phone", label: "Telephone (optional)", kind: "tel",
                        value: &form.phone, autocomplete: "tel", class: "", required: false }))
                }
            }
        }
    }

    fn country(&self) -> Markup {
        let own = self.frame.shop.country_code.as_str();
        let chosen = if self.form.country.is_empty() {
            own
        } else {
            self.form.country.as_str()
        };
        let is_chosen =
            |country: &Country| country.code.eq_ignore_ascii_case(chosen) || country.name == chosen;
        // What was chosen stays in the list, so that its refusal stands beside it.
        let offered = |country: &Country| {
            self.countries.is_empty() || self.countries.contains(country) || is_chosen(country)
        };
        let mut countries: Vec<Country> = Country::all().filter(offered).collect();
        countries.sort_by_key(|country| (country.code != own, country.name));
        let wrong = self.wrong.about("country");
        html! {
            div.field {
                label for="country" { "Country" }
                select id="country" name="checkout[shipping_address][country]" autocomplete="country"
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "country-wrong")] {
                    @for country in &countries {
                        option value=(country.code) selected[is_chosen(country)] { (country.name) }
                    }
                }
                @if let Some(text) = wrong { span.wrong id="country-wrong" { (text) } }
            }
        }
    }

    fn field(&self, field: &Field<'_>) -> Markup {
        let wrong = self.wrong.about(field.name);
        let described = format!("{}-wrong", field.name);
        let provinces = Country::of(&self.frame.shop.country_code)
            .filter(|_| field.name == "province")
            .map_or(NO_PROVINCES, Country::provinces);
        let posted = match field.name {
            "email" => "checkout[email]".to_owned(),
            name => format!("checkout[shipping_address][{name}]"),
        };
        html! {
            div class=(format!("field {}", field.class)) {
                label for=(field.name) { (field.label) }
                input id=(field.name) type=(field.kind) name=(posted) value=(field.value)
                    autocomplete=(field.autocomplete) maxlength="255" required[field.required]
                    list=[(!provinces.is_empty()).then_some("provinces")]
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| &described)];
                @if !provinces.is_empty() {
                    datalist id="provinces" { @for each in provinces { option value=(each.name); } }
                }
                @if let Some(text) = wrong { span.wrong id=(described) { (text) } }
            }
        }
    }
}

impl Page<'_> {
    fn delivery(&self) -> Markup {
        let shop = &self.frame.shop;
        let price = shop.shipping_price();
        let wrong = self.wrong.about("shipping_rate");
        html! {
            fieldset.step id="shipping_rate" {
                legend { "Delivery" }
                div.choices { div {
                    label.choice {
                        input type="radio" name="checkout[shipping_rate]" value=(delivery_handle(shop)) checked;
                        span { (shop.shipping_title) }
                        span.end.num { @if price.is_positive() { (price.shown()) } @else { "Free" } }
                    }
                } }
                @if let Some(text) = wrong { p.wrong { (text) } }
            }
        }
    }
}

impl Page<'_> {
    /// A discount's or gift card's code, and those that were taken in.
    fn codes(&self) -> Markup {
        let wrong = self.wrong.about("reduction_code");
        let given = |code: &&CodeStanding| code.refusal.is_none();
        html! {
            fieldset.step {
                legend { "Discount code or gift card" }
                div.row {
                    div class="field half" {
                        label for="reduction_code" { "Code" }
                        input id="reduction_code" type="text" name="checkout[reduction_code]" value=(self.form.reduction_code)
                            autocomplete="off" maxlength="255" aria-invalid=[wrong.map(|_| "true")]
                            aria-describedby=[wrong.map(|_| "reduction_code-wrong")];
                        @if let Some(text) = wrong { span.wrong id="reduction_code-wrong" { (text) } }
                    }
                    div class="field half" {
                        span.hidden { "Take the code in" }
                        button.quiet name="checkout[apply]" value="1" { "Apply" }
                    }
                }
                ul.codes {
                    @for code in self.view.granted.codes.iter().filter(given) {
                        li { (code.code) " " button.quiet name="checkout[withdraw]" value=(code.code) { "Remove " span.hidden { (code.code) } } }
                    }
                    @for applied in &self.view.gift_cards {
                        li { "Gift card •••• " (applied.card.last_characters) " "
                            button.quiet name="checkout[withdraw]" value=(applied.card.id.get()) { "Remove" span.hidden { " gift card" } } }
                    }
                }
            }
        }
    }
}

impl Fields<'_> {
    pub(super) fn payment(&self) -> Markup {
        let test = self.frame.shop.test_shop;
        let manual = self.form.gateway == "manual" || !test;
        let wrong = self.wrong.about("number");
        html! {
            fieldset.step id="gateway" {
                legend { "Payment" }
                div.choices {
                    @if test { div {
                        label.choice {
                            input type="radio" name="checkout[payment][gateway]" value="bogus" checked[!manual];
                            span { "Test card" } span.end.soft { "Test shop" }
                        }
                        div.card.field {
                            label for="number" { "Card number" }
                            input id="number" type="text" name="checkout[payment][number]" value=(self.number())
                                inputmode="numeric" autocomplete="off" maxlength="19" aria-invalid=[wrong.map(|_| "true")]
                                aria-describedby={ @if wrong.is_some() { "number-wrong " } "number-hint" };
                            @if let Some(text) = wrong { span.wrong id="number-wrong" { (text) } }
                            p.soft.small id="number-hint" { code { "1" } " approves, " code { "2" } " declines, " code { "3" } " fails. Never type a real card's number." }
                        }
                    } }
                    div {
                        label.choice {
                            input type="radio" name="checkout[payment][gateway]" value="manual" checked[manual];
                            span { "Pay on invoice" }
                        }
                        div.card { p.soft.small { "You get the details with the confirmation. The order is sent when the payment has arrived." } }
                    }
                }
                @if let Some(text) = self.wrong.about("gateway") { p.wrong { (text) } }
            }
        }
    }
}

impl Page<'_> {
    fn review(&self) -> Markup {
        let (view, shop) = (self.view, &self.frame.shop);
        html! {
            section.review.first aria-labelledby="review" {
                h2 id="review" { "Your order" }
                ul {
                    @for line in &view.lines {
                        li {
                            div.thumb {
                                (picture(line.merchandise.image_url.as_deref(), "", &line.merchandise.product_title))
                                span.count { (line.line.quantity) span.hidden { " of" } }
                            }
                            div { strong { (line.merchandise.product_title) }
                                @if let Some(title) = line.merchandise.own_title() { div.soft.small { (title) } } }
                            div.num {
                                @if line.discounted != line.total { s.soft { (line.total.shown()) } " " }
                                (line.discounted.shown())
                            }
                        }
                    }
                }
                dl.totals.num {
                    div { dt { "Subtotal" } dd { (view.subtotal.shown()) } }
                    @for discount in &view.granted.applications {
                        @if discount.class != DiscountClass::Product {
                            div { dt { "Discount " span.soft { (discount.title) } } dd { (shop.money(-discount.amount_minor).shown()) } }
                        }
                    }
                    @if view.requires_shipping {
                        div { dt { (shop.shipping_title) } dd { (shop.shipping_price().shown()) } }
                    }
                    @if !shop.taxes_included { (tax(self.frame, view)) }
                    @for applied in &view.gift_cards {
                        div { dt { "Gift card " span.soft { "•••• " (applied.card.last_characters) } }
                            dd { (shop.money(-applied.used.presentment.minor).shown()) } }
                    }
                    @match self.whole() {
                        Some(whole) => {
                            div { dt { "Total" } dd { (whole.shown()) } }
                            div { dt { "Paid later" } dd { (shop.money(-view.deferred_minor).shown()) } }
                            div.all { dt { "To pay now" } dd { (self.total()) } }
                        }
                        None => div.all { dt { "Total" } dd { (self.total()) } },
                    }
                    @if shop.taxes_included { (tax(self.frame, view)) }
                }
            }
        }
    }
}

/// The sign that all went well.
pub(super) fn tick() -> Markup {
    PreEscaped(r#"<span class="tick"><svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m5 13 4 4 10-11"/></svg></span>"#.to_owned())
}
