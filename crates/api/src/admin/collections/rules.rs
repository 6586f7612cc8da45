//! The rules that a collection fills itself by.

use commerce::apps::Scope;
use commerce::catalog::{
    self, Category, Collection, CollectionRule, RuleColumn, RuleRelation, RulesMatch,
};
use commerce::metafields::{self, Definition, Owner, Wanted};
use graphql::{Error, NoArgs, Obj, obj};
use serde::Deserialize;
use store::Filter;
use units::{CollectionId, Gid, MetafieldDefinitionId};

use crate::admin::enums::input_enum;
use crate::errors::{fault, spread};
use crate::paging::page_error;
use crate::{Cx, Registry};

input_enum! {
    /// What a rule looks at.
    ColumnInput(RuleColumn)
}
input_enum! {
    /// How a rule compares.
    RelationInput(RuleRelation)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleSetInput {
    applied_disjunctively: bool,
    rules: Option<Vec<RuleInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleInput {
    column: ColumnInput,
    condition: String,
    condition_object_id: Option<Gid>,
    relation: RelationInput,
}

/// A collection's rules.
#[derive(Clone)]
pub(super) struct RuleSet {
    matching: RulesMatch,
    rules: Vec<CollectionRule>,
}

/// A condition that is a text.
struct TextCondition(String);

/// The metafield that a rule looks at.
struct MetafieldCondition(MetafieldDefinitionId);

/// The category that a rule looks for.
struct CategoryCondition(Category);

/// What rules can look at, and how.
struct Conditions {
    column: RuleColumn,
    definition: Option<Definition>,
}

impl RuleSetInput {
    /// What the domain makes of it.
    pub(super) fn rules(&self) -> (RulesMatch, Vec<CollectionRule>) {
        let matching = if self.applied_disjunctively {
            RulesMatch::Any
        } else {
            RulesMatch::All
        };
        let definition = |rule: &RuleInput| {
            let gid = rule.condition_object_id.as_ref()?;
            let is_definition = gid.kind == MetafieldDefinitionId::KIND;
            is_definition.then_some(MetafieldDefinitionId(gid.number))
        };
        let rules = self.rules.iter().flatten().map(|rule| CollectionRule {
            column: rule.column.0,
            relation: rule.relation.0,
            condition: rule.condition.clone(),
            definition_id: definition(rule),
            number: None,
        });
        (matching, rules.collect())
    }
}

pub(super) fn register(r: &mut Registry) {
    let columns: Vec<&str> = RuleColumn::ALL.iter().map(|own| own.as_str()).collect();
    r.enum_values("CollectionRuleColumn", &columns);
    r.query("collectionRulesConditions", conditions);
    r.object::<RuleSet>("CollectionRuleSet")
        .leaf("appliedDisjunctively", |own| {
            own.matching == RulesMatch::Any
        })
        .child("rules", |own| own.rules.clone());
    r.object::<CollectionRule>("CollectionRule")
        .text("column", |own| own.column.as_str())
        .text("condition", |own| &own.condition)
        .text("relation", |own| own.relation.as_str())
        .child("conditionObject", |own| {
            let category = own.column.is_category();
            let category = category.then(|| catalog::taxonomy().by_id(&own.condition));
            Some(match (own.definition_id, category.flatten()) {
                (Some(id), _) => obj(MetafieldCondition(id)),
                (None, Some(category)) => obj(CategoryCondition(category)),
                (None, None) => obj(TextCondition(own.condition.clone())),
            })
        });
    r.object::<TextCondition>("CollectionRuleTextCondition")
        .text("value", |own| &own.0);
    r.object::<CategoryCondition>("CollectionRuleCategoryCondition")
        .child("value", |own| own.0.clone());
    r.object::<MetafieldCondition>("CollectionRuleMetafieldCondition")
        .load(
            "metafieldDefinition",
            |all: &[&MetafieldCondition], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<MetafieldDefinitionId> = all.iter().map(|own| own.0).collect();
                let found = metafields::definitions(&mut cx.tx, &ids).map_err(fault);
                let found = match found {
                    Ok(found) => found,
                    Err(error) => return spread(Err(error), all.len()),
                };
                let of = |id: &MetafieldDefinitionId| {
                    let definition = found.iter().find(|own| own.id == *id).cloned();
                    definition.ok_or_else(|| Error::new("The definition is gone."))
                };
                ids.iter().map(of).collect()
            },
        );
    r.object::<Conditions>("CollectionRuleConditions")
        .leaf("ruleType", |own| own.column.as_str())
        .leaf("defaultRelation", |own| own.relations()[0].as_str())
        .leaf("allowedRelations", |own| {
            let relations = own.relations().iter();
            relations.map(|own| own.as_str()).collect::<Vec<_>>()
        })
        .child("ruleObject", |own| -> Option<Obj> {
            own.definition
                .as_ref()
                .map(|own| obj(MetafieldCondition(own.id)))
        });
}

impl Conditions {
    fn relations(&self) -> &'static [RuleRelation] {
        let kind = self.definition.as_ref().map(|own| own.kind.as_str());
        self.column.relations(kind)
    }
}

/// The rule sets of collections, all at once.
pub(super) fn of(
    all: &[&Collection],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<RuleSet>, Error>> {
    let smart: Vec<CollectionId> = all
        .iter()
        .filter(|own| own.rules_match.is_some())
        .map(|own| own.id)
        .collect();
    if smart.is_empty() {
        return all.iter().map(|_| Ok(None)).collect();
    }
    let found = catalog::rules_of(&mut cx.tx, &smart).map_err(fault);
    let set = |mut found: std::collections::BTreeMap<CollectionId, Vec<CollectionRule>>| {
        let one = |own: &&Collection| {
            Some(RuleSet {
                matching: own.rules_match?,
                rules: found.remove(&own.id).unwrap_or_default(),
            })
        };
        all.iter().map(one).collect()
    };
    spread(found.map(set), all.len())
}

/// What rules can look at: the product's own columns, and the metafields that were opened to them.
fn conditions(_: &NoArgs, cx: &mut Cx) -> Result<Vec<Conditions>, Error> {
    cx.permit("collectionRulesConditions", Scope::ReadProducts)?;
    let plain = RuleColumn::ALL.iter().filter(|own| own.owner().is_none());
    let mut all: Vec<Conditions> = plain
        .map(|column| Conditions {
            column: *column,
            definition: None,
        })
        .collect();
    let owners = [
        (RuleColumn::ProductMetafield, Owner::Product),
        (RuleColumn::VariantMetafield, Owner::ProductVariant),
    ];
    for (column, owner) in owners {
        let wanted = Wanted {
            filter: Filter::of("d.smart_collection = 1", Vec::new())
                .and(metafields::open_definitions(cx.request.app())),
            ..Wanted::default()
        };
        let window = store::Window::first(250);
        let order = metafields::DefinitionSort::Id;
        let found = metafields::definitions_page(&mut cx.tx, owner, wanted, order, &window);
        let found = found.map_err(page_error)?.nodes.into_iter();
        all.extend(found.map(|definition| Conditions {
            column,
            definition: Some(definition),
        }));
    }
    Ok(all)
}
