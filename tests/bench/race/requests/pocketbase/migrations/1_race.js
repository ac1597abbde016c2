// The data of one tenant of the example ERP: 240 clients, 400 orders of the last 90 days, and an empty outbox.
migrate(app => {
    const text = (name) => ({ type: 'text', name });
    const number = (name) => ({ type: 'number', name });
    const date = (name) => ({ type: 'date', name });
    const make = (name, fields) => {
        const collection = new Collection({ type: 'base', name, fields });
        app.save(collection);
        return collection;
    };
    const add = (collection, row) => {
        const record = new Record(collection);
        for (const [name, value] of Object.entries(row)) record.set(name, value);
        app.save(record);
    };
    const clients = make('clients', [
        text('name'), text('email'), text('phone'), text('status'), number('credit_limit'), date('last_activity'), date('created_at'),
    ]);
    const orders = make('orders', [number('number'), text('customer_id'), text('status'), number('total'), date('created_at')]);
    make('sms_outbox', [text('recipient'), text('message'), { type: 'json', name: 'metadata' }, text('status'), date('created_at')]);

    const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString();
    const clientId = (index) => 'client' + String(index).padStart(9, '0');
    for (let index = 0; index < 240; index++) {
        add(clients, {
            id: clientId(index), name: `Client ${index}`, email: `info${index}@example.com`, phone: `+99890${String(index).padStart(7, '0')}`,
            status: index % 12 ? 'active' : 'inactive', credit_limit: index % 3 ? 0 : 1_500_000, last_activity: daysAgo(index % 90),
            created_at: daysAgo(400 + index),
        });
    }
    for (let index = 0; index < 400; index++) {
        add(orders, {
            number: 1001 + index, customer_id: clientId(index % 240), status: index % 20 ? 'processed' : 'cancelled',
            total: 10_000 + index * 137, created_at: daysAgo((index * 90) / 400),
        });
    }
}, () => {});
