-- The same SQL for SQLite and PostgreSQL: times are ISO 8601 text in UTC, money is an integer of hundredths.
-- search_text is lower case, computed by the program: SQLite's LOWER supports ASCII only.

CREATE TABLE erp_tenants (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  domain TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  last_order_number BIGINT NOT NULL DEFAULT 0,
  last_invoice_number BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE erp_users (
  id BIGINT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'author', 'viewer')),
  locale TEXT NOT NULL CHECK (locale IN ('en', 'ru', 'uz')),
  password_hash TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE
);

CREATE TABLE erp_sessions (
  token_hash TEXT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES erp_users (id) ON DELETE CASCADE,
  csrf_token TEXT NOT NULL,
  expires_at TEXT NOT NULL
);
CREATE INDEX erp_sessions_expiry ON erp_sessions (expires_at);

CREATE TABLE erp_clients (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  status TEXT NOT NULL CHECK (status IN ('active', 'inactive')),
  credit_limit BIGINT NOT NULL CHECK (credit_limit >= 0),
  last_activity TEXT NOT NULL,
  created_at TEXT NOT NULL,
  search_text TEXT NOT NULL
);
CREATE INDEX erp_clients_activity ON erp_clients (tenant_id, status, last_activity);
CREATE INDEX erp_clients_name ON erp_clients (tenant_id, name);

CREATE TABLE erp_products (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  price BIGINT NOT NULL CHECK (price >= 0),
  stock BIGINT NOT NULL CHECK (stock >= 0),
  created_at TEXT NOT NULL,
  search_text TEXT NOT NULL,
  UNIQUE (tenant_id, sku)
);

CREATE TABLE erp_orders (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  number BIGINT NOT NULL,
  customer_id TEXT NOT NULL REFERENCES erp_clients (id),
  status TEXT NOT NULL CHECK (status IN ('new', 'processed', 'cancelled')),
  total BIGINT NOT NULL,
  delivery_date TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (tenant_id, number)
);
CREATE INDEX erp_orders_created ON erp_orders (tenant_id, created_at);
CREATE INDEX erp_orders_customer ON erp_orders (customer_id);

CREATE TABLE erp_order_items (
  order_id TEXT NOT NULL REFERENCES erp_orders (id) ON DELETE CASCADE,
  line BIGINT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  product_id TEXT NOT NULL REFERENCES erp_products (id),
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  price BIGINT NOT NULL CHECK (price >= 0),
  PRIMARY KEY (order_id, line)
);

CREATE TABLE erp_invoices (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  number BIGINT NOT NULL,
  client_id TEXT NOT NULL REFERENCES erp_clients (id),
  order_id TEXT REFERENCES erp_orders (id),
  amount BIGINT NOT NULL CHECK (amount > 0),
  paid BIGINT NOT NULL CHECK (paid >= 0 AND paid <= amount),
  due_date TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (tenant_id, number)
);
CREATE INDEX erp_invoices_client ON erp_invoices (client_id);
CREATE INDEX erp_invoices_due ON erp_invoices (tenant_id, due_date);

CREATE TABLE erp_sms_outbox (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  recipient TEXT NOT NULL,
  message TEXT NOT NULL,
  metadata TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
  created_at TEXT NOT NULL
);
CREATE INDEX erp_sms_created ON erp_sms_outbox (tenant_id, created_at);

CREATE TABLE erp_events (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES erp_tenants (id),
  type TEXT NOT NULL,
  user_id TEXT,
  data TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX erp_events_at ON erp_events (tenant_id, at);
