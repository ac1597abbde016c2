//! The ERP's tables that scripts may access through `db`, and how.
//!
//! Users, sessions and tenants are not declared, nor are columns that only serve searches.

use serde_json::{Value, json};

/// This section of the plugin's configuration.
pub(super) fn script_database(url: &str) -> Value {
    json!({"url": url, "tables": [
        table("clients", "read", &[
            ("id", "text"), ("name", "text"), ("email", "text"), ("phone", "text"), ("status", "text"), ("credit_limit", "integer"),
            ("last_activity", "timestamp"), ("created_at", "timestamp")]),
        table("products", "read", &[
            ("id", "text"), ("sku", "text"), ("name", "text"), ("category", "text"), ("price", "integer"), ("stock", "integer"),
            ("created_at", "timestamp")]),
        table("orders", "read", &[
            ("id", "text"), ("number", "integer"), ("customer_id", "text"), ("status", "text"), ("total", "integer"),
            ("delivery_date", "date"), ("created_at", "timestamp")]),
        table("order_items", "read", &[
            ("order_id", "text"), ("line", "integer"), ("product_id", "text"), ("quantity", "integer"), ("price", "integer")]),
        table("invoices", "read", &[
            ("id", "text"), ("number", "integer"), ("client_id", "text"), ("order_id", "text"), ("amount", "integer"),
            ("paid", "integer"), ("due_date", "date"), ("created_at", "timestamp")]),
        // The others are changed through services, which keep totals and search texts correct.
        table("sms_outbox", "read_write", &[
            ("id", "text"), ("recipient", "text"), ("message", "text"), ("metadata", "json"), ("status", "text"),
            ("created_at", "timestamp")]),
    ]})
}

fn table(name: &str, access: &str, columns: &[(&str, &str)]) -> Value {
    let columns: Value = columns.iter().map(|(name, kind)| json!({"name": name, "type": kind})).collect();
    json!({"name": name, "table": format!("erp_{name}"), "tenant": {"column": "tenant_id"}, "access": access, "columns": columns})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_shared_with_scripts_and_users_are_not() {
        let declared = script_database("postgres://erp@db/erp");
        let names: Vec<_> =
            declared["tables"].as_array().unwrap().iter().map(|table| table["table"].as_str()).collect();
        assert!(names.contains(&Some("erp_clients")) && !names.contains(&Some("erp_users")));
    }
}
