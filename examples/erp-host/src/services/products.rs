//! `services.products`.

use serde_json::{Value as Json, json};

use super::catalogue::{Method, Service, id, list_argument, list_of, money, object, or_null};
use super::{Call, done};
use crate::access::Permission;
use crate::error::AppError;
use crate::listing::Listing;
use crate::products::{self, MAX_STOCK};

pub(super) async fn call(call: &Call<'_>, method: &str) -> Result<Option<Json>, AppError> {
    let (erp, context) = (call.erp, call.context);
    match method {
        "list" => {
            let zone = context.tenant.time_zone;
            let listing = Listing::from_argument(&products::SOURCE, call.args.first(), zone)?;
            done(products::list(erp, context, &listing).await?)
        }
        "get" => done(products::find(erp, context, call.text(0, "id")?).await?),
        "updateStock" => {
            let stock = json!({ "stock": call.argument(1) });
            done(products::set_stock(erp, context, call.text(0, "id")?, &stock).await?)
        }
        _ => Ok(None),
    }
}

pub(super) fn service() -> Service {
    let read = Permission::ProductsRead;
    Service {
        name: "products",
        description: "Products and their stock",
        methods: vec![
            Method::read("list", "Lists the products that match the filters; 50 by default", read).schemas(
                vec![list_argument(&products::SOURCE)],
                0,
                list_of(product()),
            ),
            Method::read("get", "Returns one product, or null", read).schemas(vec![id()], 1, or_null(product())),
            Method::write("updateStock", "Sets the stock of a product", Permission::ProductsUpdate).schemas(
                vec![id(), json!({ "type": "integer", "minimum": 0, "maximum": MAX_STOCK })],
                2,
                product(),
            ),
        ],
    }
}

fn product() -> Json {
    object(json!({
        "id": id(),
        "sku": { "type": "string" },
        "name": { "type": "string" },
        "category": { "type": "string" },
        "price": money(),
        "stock": { "type": "integer" },
        "created_at": { "type": "string", "format": "date-time" },
    }))
}
