//! The shop's staff, for apps that may know them.

use commerce::apps::Scope;
use commerce::shops::Shop;
use commerce::staff::{self, StaffMember};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::StaffMemberId;

use super::batches::page_in_memory;
use crate::errors::fault;
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A member of the staff, with what only the whole list tells.
#[derive(Clone)]
pub(super) struct Member {
    member: StaffMember,
    is_owner: bool,
}

#[derive(Deserialize)]
struct IdArgs {
    id: Option<StaffMemberId>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("staffMember", staff_member);
    r.query("staffMembers", staff_members);
    // Tokens belong to apps here, never to a person who is signed in.
    r.query("currentStaffMember", |_: &NoArgs, cx: &mut Cx| {
        cx.permit("currentStaffMember", Scope::ReadUsers)?;
        Ok(None::<Member>)
    });
    r.object::<Shop>("Shop")
        .load(
            "accountOwner",
            |shops: &[&Shop], _: &NoArgs, cx: &mut Cx| shops.iter().map(|_| owner(cx)).collect(),
        )
        .load(
            "staffMembers",
            |shops: &[&Shop], args: &PageArgs, cx: &mut Cx| {
                shops.iter().map(|_| staff_members(args, cx)).collect()
            },
        );
    r.connection::<Member>("StaffMemberConnection", "StaffMemberEdge");
    r.object::<Member>("StaffMember")
        .leaf("id", |own| Id(own.member.id))
        .text("email", |own| &own.member.email)
        .text_opt("firstName", |own| filled(&own.member.first_name))
        .text_opt("lastName", |own| filled(&own.member.last_name))
        .leaf("name", |own| own.member.name())
        .leaf("initials", |own| Some(initials(&own.member)))
        .leaf("active", |own| own.member.active)
        .leaf("exists", |_| true)
        .leaf("isShopOwner", |own| own.is_owner)
        .leaf("locale", |_| "en")
        .leaf("phone", |_| None::<String>);
}

fn all(cx: &mut Cx, field: &str) -> Result<Vec<Member>, Error> {
    cx.permit(field, Scope::ReadUsers)?;
    let members = staff::all(&mut cx.tx).map_err(fault)?;
    let members = members.into_iter().enumerate();
    Ok(members
        .map(|(place, member)| Member {
            member,
            is_owner: place == 0,
        })
        .collect())
}

fn staff_member(args: &IdArgs, cx: &mut Cx) -> Result<Option<Member>, Error> {
    let members = all(cx, "staffMember")?;
    Ok(members
        .into_iter()
        .find(|own| Some(own.member.id) == args.id))
}

fn staff_members(args: &PageArgs, cx: &mut Cx) -> Result<Page<Member>, Error> {
    page_in_memory(all(cx, "staffMembers")?, args, |own| own.member.id.get())
}

fn owner(cx: &mut Cx) -> Result<Member, Error> {
    let first = all(cx, "accountOwner")?.into_iter().next();
    first.ok_or_else(|| Error::new("The shop has no staff yet.").code("NOT_FOUND"))
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn initials(member: &StaffMember) -> Vec<String> {
    let names = [&member.first_name, &member.last_name];
    names
        .into_iter()
        .filter_map(|name| name.chars().next())
        .map(String::from)
        .collect()
}
