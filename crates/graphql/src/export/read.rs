//! Asking for pages, and making lines of them.

use super::{Above, Export, ExportConnection, ExportPage};
use serde_json::{Map, Value, json};

impl Export {
    /// What is to be read, all of it: the last page is to be read first, and what it leaves to
    /// be read takes its place.
    #[must_use]
    pub fn start(&self) -> Vec<ExportPage> {
        let roots = (0..self.connections.len()).rev();
        roots
            .filter(|own| self.connections[*own].parent.is_none())
            .map(|own| self.whole(own, Vec::new()))
            .collect()
    }

    /// The query that reads a page, and its variables; none for a page of another query.
    #[must_use]
    pub fn query(&self, page: &ExportPage) -> Option<(String, Map<String, Value>)> {
        let chain = self.chain(page)?;
        let (last, above) = chain.split_last()?;
        let mut text = in_its_place(last, &last.page("first: $first, after: $after"));
        let mut declared = String::from("$first: Int!, $after: String");
        let mut variables = Map::new();
        variables.insert("first".to_owned(), json!(page.first));
        variables.insert("after".to_owned(), json!(page.after));
        for (level, connection) in above.iter().enumerate().rev() {
            let selected = format!("edges {{ node {{ exportId: id {text}}} }} ");
            let window = format!("first: 1, after: $above{level}");
            text = in_its_place(connection, &connection.windowed(&window, &selected));
            declared += &format!(", $above{level}: String");
            variables.insert(format!("above{level}"), json!(page.above[level].after));
        }
        Some((format!("query Export({declared}) {{ {text}}}"), variables))
    }

    /// Makes lines of a page's `data`, a parent before its children, and says what is left to be
    /// read of it: the last of these first, before any other page. A line tells whether its node
    /// stands below no other.
    ///
    /// A page whose parent is gone gives nothing.
    pub fn read(
        &self,
        page: &ExportPage,
        data: &Value,
        line: &mut impl FnMut(Value, bool),
    ) -> Vec<ExportPage> {
        let Some(chain) = self.chain(page) else {
            return Vec::new();
        };
        let mut value = Some(data);
        for (level, connection) in chain.iter().enumerate() {
            value = value.and_then(|value| at(value, &connection.keys));
            if let Some(above) = page.above.get(level) {
                value = value.and_then(|value| value.pointer("/edges/0/node"));
                value = value.filter(|node| node["exportId"] == above.id.as_str());
            }
        }
        match value {
            Some(found) => self.emit(page, found, line),
            None => Vec::new(),
        }
    }

    /// The connections from the root to a page's.
    fn chain(&self, page: &ExportPage) -> Option<Vec<&ExportConnection>> {
        let mut chain = Vec::new();
        let mut next = Some(page.connection);
        while let Some(own) = next {
            let connection = self.connections.get(own)?;
            chain.push(connection);
            next = connection.parent;
        }
        chain.reverse();
        (chain.len() == page.above.len() + 1).then_some(chain)
    }

    fn whole(&self, connection: usize, above: Vec<Above>) -> ExportPage {
        ExportPage {
            connection,
            above,
            after: None,
            first: self.size(connection),
        }
    }

    fn size(&self, connection: usize) -> usize {
        let height = self.connections[connection].height;
        self.page_sizes[height.min(self.page_sizes.len() - 1)]
    }

    /// Makes lines of a connection's value; stops at the first node that has more below it than
    /// the value holds, so that everything below a node comes right behind it.
    fn emit(
        &self,
        page: &ExportPage,
        value: &Value,
        line: &mut impl FnMut(Value, bool),
    ) -> Vec<ExportPage> {
        let connection = &self.connections[page.connection];
        let none = Vec::new();
        let edges = value["edges"].as_array().unwrap_or(&none);
        let parent = page.above.last().map(|above| above.id.as_str());
        let more = value.pointer("/exportPage/hasNextPage") == Some(&Value::Bool(true));
        let mut before = page.after.clone();
        for (place, edge) in edges.iter().enumerate() {
            let node = &edge["node"];
            let cursor = value["exportEdges"][place]["cursor"].as_str();
            let cursor = cursor.map(str::to_owned);
            line(self.line(connection, node, parent), parent.is_none());
            let mut above = page.above.clone();
            above.push(Above {
                after: before.take(),
                id: node["id"].as_str().unwrap_or_default().to_owned(),
            });
            let mut left = self.emit_children(connection, node, &above, line);
            if !left.is_empty() {
                if place + 1 < edges.len() || more {
                    let next = ExportPage {
                        after: cursor,
                        // As many as were of use this time.
                        first: place.max(1),
                        ..page.clone()
                    };
                    left.insert(0, next);
                }
                return left;
            }
            before = cursor;
        }
        if more && before.is_some() {
            let first = self.size(page.connection).min(page.first.saturating_mul(2));
            return vec![ExportPage {
                after: before,
                first,
                ..page.clone()
            }];
        }
        Vec::new()
    }

    /// What is left below a node, the first to be read last.
    fn emit_children(
        &self,
        connection: &ExportConnection,
        node: &Value,
        above: &[Above],
        line: &mut impl FnMut(Value, bool),
    ) -> Vec<ExportPage> {
        for (place, child) in connection.children.iter().enumerate() {
            let Some(value) = at(node, &self.connections[*child].keys) else {
                continue;
            };
            let page = self.whole(*child, above.to_vec());
            let below = self.emit(&page, value, line);
            if !below.is_empty() {
                let rest = connection.children[place + 1..].iter().rev();
                let mut left: Vec<ExportPage> =
                    rest.map(|next| self.whole(*next, above.to_vec())).collect();
                left.extend(below);
                return left;
            }
        }
        Vec::new()
    }

    /// A node without the connections below it.
    fn line(&self, connection: &ExportConnection, node: &Value, parent: Option<&str>) -> Value {
        let mut line = node.clone();
        for child in &connection.children {
            let keys = &self.connections[*child].keys;
            let Some((last, way)) = keys.split_last() else {
                continue;
            };
            let holder = way
                .iter()
                .try_fold(&mut line, |value, key| value.get_mut(key));
            if let Some(Value::Object(members)) = holder {
                members.remove(last);
            }
        }
        if let (Value::Object(members), Some(parent)) = (&mut line, parent) {
            members.insert("__parentId".to_owned(), json!(parent));
        }
        line
    }
}

fn at<'a>(value: &'a Value, keys: &[String]) -> Option<&'a Value> {
    let found = keys.iter().try_fold(value, |value, key| value.get(key));
    found.filter(|value| !value.is_null())
}

/// A connection's text behind the fields and conditions that lead to it.
fn in_its_place(connection: &ExportConnection, text: &str) -> String {
    let mut whole = text.to_owned();
    for open in connection.way.iter().rev() {
        whole = format!("{open} {{ {whole}}} ");
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many nodes each connection has on the node with this number.
    type Counts = fn(connection: usize, number: usize) -> usize;

    fn connection(parent: Option<usize>, keys: &[&str], children: &[usize]) -> ExportConnection {
        ExportConnection {
            parent,
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
            children: children.to_vec(),
            head: keys.join(""),
            body: "id ".to_owned(),
            ..ExportConnection::default()
        }
    }

    /// Roots with two connections, of which one has one of its own.
    fn export(page_sizes: [usize; 3]) -> Export {
        let mut connections = vec![
            connection(None, &["roots"], &[1, 3]),
            connection(Some(0), &["inner", "as"], &[2]),
            connection(Some(1), &["deep"], &[]),
            connection(Some(0), &["bs"], &[]),
        ];
        connections[0].height = 2;
        connections[1].height = 1;
        Export {
            connections,
            page_sizes,
        }
    }

    /// A window of the nodes that hang on one node, as a server would tell it.
    fn told(
        export: &Export,
        own: usize,
        on: &str,
        counts: Counts,
        (after, first): (usize, usize),
    ) -> Value {
        let number = on.bytes().map(usize::from).sum();
        let total = counts(own, number);
        let window: Vec<usize> = (after..total.min(after + first)).collect();
        let edges: Vec<Value> = window
            .iter()
            .map(|place| {
                let id = format!("{on}{own}.{place} ");
                let mut node = json!({ "id": id, "inner": { "kept": true } });
                for child in &export.connections[own].children {
                    let value = told(export, *child, &id, counts, (0, 2));
                    match export.connections[*child].keys.as_slice() {
                        [key] => node[key] = value,
                        [way, key] => node[way][key] = value,
                        _ => {}
                    }
                }
                json!({ "node": node })
            })
            .collect();
        let cursors: Vec<Value> = window
            .iter()
            .map(|place| json!({ "cursor": (place + 1).to_string() }))
            .collect();
        json!({
            "edges": edges,
            "exportEdges": cursors,
            "exportPage": { "hasNextPage": after + first < total },
        })
    }

    fn whole(export: &Export, own: usize, on: &str, counts: Counts, out: &mut Vec<String>) {
        let number = on.bytes().map(usize::from).sum();
        for place in 0..counts(own, number) {
            let id = format!("{on}{own}.{place} ");
            out.push(id.clone());
            for child in &export.connections[own].children {
                whole(export, *child, &id, counts, out);
            }
        }
    }

    fn read_all(export: &Export, counts: Counts) -> (Vec<String>, usize) {
        let (mut lines, mut reads) = (Vec::new(), 0);
        let mut left = export.start();
        while let Some(page) = left.pop() {
            reads += 1;
            let start = |after: &Option<String>| after.as_ref().map_or(0, |at| at.parse().unwrap());
            let on = page.above.last().map_or("", |above| above.id.as_str());
            let window = (start(&page.after), page.first);
            let mut data = told(export, page.connection, on, counts, window);
            let chain = export.chain(&page).unwrap();
            for (level, connection) in chain.iter().enumerate().rev() {
                for key in connection.keys.iter().rev() {
                    data = json!({ key: data });
                }
                if level > 0 {
                    data["exportId"] = json!(page.above[level - 1].id);
                    data = json!({ "edges": [{ "node": data }] });
                }
            }
            assert!(export.query(&page).is_some());
            let follow = export.read(&page, &data, &mut |line, is_root| {
                let id = line["id"].as_str().unwrap().to_owned();
                assert_eq!(is_root, line.get("__parentId").is_none());
                assert!(line.get("bs").is_none() && line["inner"].get("as").is_none());
                lines.push(id);
            });
            left.extend(follow);
        }
        (lines, reads)
    }

    #[test]
    fn every_node_is_told_once_right_behind_its_parent_whatever_the_pages() {
        let trees: [Counts; 4] = [
            |connection, number| (number + connection) % 4,
            |connection, _| [3, 2, 1, 2][connection],
            |connection, number| (number * 7 + connection * 3) % 6,
            |connection, _| [5, 0, 0, 7][connection],
        ];
        for counts in trees {
            for sizes in [[1, 1, 1], [2, 2, 2], [3, 2, 1], [250, 50, 10]] {
                let export = export(sizes);
                let mut expected = Vec::new();
                whole(&export, 0, "", counts, &mut expected);
                let (lines, _) = read_all(&export, counts);
                assert_eq!(lines, expected, "pages of {sizes:?}");
            }
        }
    }

    #[test]
    fn small_families_are_read_together() {
        let (lines, reads) = read_all(&export([250, 50, 10]), |connection, _| {
            [30, 2, 2, 1][connection]
        });
        assert_eq!((lines.len(), reads), (30 * (1 + 2 + 4 + 1), 3));
    }

    #[test]
    fn a_page_whose_parent_is_another_now_gives_nothing() {
        let export = export([2, 2, 2]);
        let above = vec![Above {
            after: None,
            id: "gone".to_owned(),
        }];
        let page = export.whole(3, above);
        let data = json!({ "roots": { "edges": [{ "node": { "exportId": "other",
            "bs": { "edges": [{ "node": { "id": "b" } }] } } }] } });
        let left = export.read(&page, &data, &mut |_, _| panic!("nothing is told"));
        assert!(left.is_empty());
    }
}
