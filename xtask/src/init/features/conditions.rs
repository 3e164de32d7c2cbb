//! Finds the conditions in a Rust source that ask for the features, and what becomes of the text there.

use super::Features;
use cargo_metadata::cargo_platform::{Cfg, CfgExpr};
use proc_macro2::{Span, TokenStream, TokenTree};
use std::cmp::Reverse;
use std::ops::Range;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{AttrStyle, Attribute, Meta, Token};

/// A change of the text.
pub struct Change {
    pub place: Range<usize>,
    /// What stands there from now on, or nothing where an item or a part of one goes.
    pub becomes: Option<String>,
}

/// Returns the changes in their order. One inside of what goes comes after that.
pub fn changes(features: Features<'_>, text: &str) -> syn::Result<Vec<Change>> {
    // `syn::parse_file` would count from behind a byte order mark.
    let file = syn::parse_str(text)?;
    let mut conditions = Conditions { features, text, node: 0..0, changes: Vec::new() };
    conditions.visit_file(&file);
    conditions.changes.sort_by_key(|Change { place, .. }| (place.start, Reverse(place.end)));
    Ok(conditions.changes)
}

/// A walk over the syntax tree.
struct Conditions<'a> {
    features: Features<'a>,
    text: &'a str,
    /// What the attributes at its beginning are about.
    node: Range<usize>,
    changes: Vec<Change>,
}

impl Conditions<'_> {
    /// Enters a node. Of those that begin at the same place, attributes are about the longest, which comes first: a
    /// statement, and not its expression.
    fn enter(&mut self, node: Span) {
        let node = node.byte_range();
        if node.start != self.node.start || node.end > self.node.end {
            self.node = node;
        }
    }

    /// Returns what follows from an attribute that is a condition, or has one.
    fn change(&self, attribute: &Attribute) -> Option<Change> {
        let (AttrStyle::Outer, Meta::List(list)) = (&attribute.style, &attribute.meta) else { return None };
        let name = ["cfg", "cfg_attr"].into_iter().find(|name| list.path.is_ident(name))?;
        let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
        let mut parts = parts.iter().map(|part| &self.text[part.span().byte_range()]);
        let condition: CfgExpr = parts.next()?.parse().ok()?;
        let mut place = attribute.span().byte_range();
        let becomes = match self.features.decide(condition.clone()) {
            CfgExpr::False if name == "cfg" => return Some(Change { place: self.node.clone(), becomes: None }),
            CfgExpr::False => String::new(),
            CfgExpr::True => parts.map(|attribute| format!("#[{attribute}]")).collect(),
            left if left == condition => return None,
            left => {
                let parts: Vec<_> = [left.to_string()].into_iter().chain(parts.map(str::to_owned)).collect();
                format!("#[{name}({})]", parts.join(", "))
            }
        };
        if becomes.is_empty() {
            // What follows takes its place.
            place.end = self.text.len() - self.text[place.end..].trim_start().len();
        }
        Some(Change { place, becomes: Some(becomes) })
    }

    /// Visits what a macro gets, which need not be Rust: what an attribute is about ends with a comma, a semicolon, or
    /// the list.
    fn visit_list(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let ends = |token: &TokenTree| matches!(token, TokenTree::Punct(end) if [',', ';'].contains(&end.as_char()));
        for part in tokens.split_inclusive(ends) {
            let part: TokenStream = part.iter().cloned().collect();
            self.enter(part.span());
            let begin = |part: ParseStream<'_>| {
                let attributes = part.call(Attribute::parse_outer)?;
                part.parse::<TokenStream>()?;
                Ok(attributes)
            };
            for attribute in begin.parse2(part.clone()).iter().flatten() {
                self.visit_attribute(attribute);
            }
            for token in part {
                if let TokenTree::Group(group) = token {
                    self.visit_list(group.stream());
                }
            }
        }
    }
}

/// Lets the visitor enter nodes that can have attributes.
macro_rules! enter {
    ($($visit:ident($node:ident))+) => {
        $(fn $visit(&mut self, node: &'ast syn::$node) {
            self.enter(node.span());
            visit::$visit(self, node);
        })+
    };
}

impl<'ast> Visit<'ast> for Conditions<'_> {
    enter! {
        visit_arm(Arm)
        visit_expr(Expr)
        visit_field(Field)
        visit_field_pat(FieldPat)
        visit_field_value(FieldValue)
        visit_fn_arg(FnArg)
        visit_foreign_item(ForeignItem)
        visit_generic_param(GenericParam)
        visit_impl_item(ImplItem)
        visit_item(Item)
        visit_pat(Pat)
        visit_stmt(Stmt)
        visit_trait_item(TraitItem)
        visit_variant(Variant)
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        self.changes.extend(self.change(attribute));
    }

    fn visit_token_stream(&mut self, tokens: &TokenStream) {
        self.visit_list(tokens.clone());
    }
}

impl Features<'_> {
    /// Returns what is left of a condition when both features are decided.
    fn decide(self, condition: CfgExpr) -> CfgExpr {
        match condition {
            CfgExpr::Value(Cfg::KeyPair(key, name)) if key == "feature" && name == self.kept => CfgExpr::True,
            CfgExpr::Value(Cfg::KeyPair(key, name)) if key == "feature" && name == self.gone => CfgExpr::False,
            CfgExpr::Not(inner) => match self.decide(*inner) {
                CfgExpr::True => CfgExpr::False,
                CfgExpr::False => CfgExpr::True,
                left => CfgExpr::Not(Box::new(left)),
            },
            CfgExpr::All(parts) => self.join(parts, CfgExpr::All, [CfgExpr::True, CfgExpr::False]),
            CfgExpr::Any(parts) => self.join(parts, CfgExpr::Any, [CfgExpr::False, CfgExpr::True]),
            other => other,
        }
    }

    /// Joins parts of which those that are `neutral` say nothing, and one that is `decisive` says everything.
    fn join(
        self,
        parts: Vec<CfgExpr>,
        join: fn(Vec<CfgExpr>) -> CfgExpr,
        [neutral, decisive]: [CfgExpr; 2],
    ) -> CfgExpr {
        let parts = parts.into_iter().map(|part| self.decide(part));
        let mut left: Vec<_> = parts.filter(|part| *part != neutral).collect();
        if left.contains(&decisive) {
            return decisive;
        }
        match left.len() {
            0 => neutral,
            1 => left.remove(0),
            _ => join(left),
        }
    }
}
