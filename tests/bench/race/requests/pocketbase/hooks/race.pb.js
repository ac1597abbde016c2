// The five workloads as a user of PocketBase would write them. Handlers cannot access variables outside of themselves.

routerAdd('GET', '/api/race/hello/{name}', (e) => e.json(200, { hello: e.request.pathValue('name') }));

routerAdd('POST', '/api/race/echo', (e) => e.json(200, e.requestInfo().body));

routerAdd('GET', '/api/race/clients/{id}', (e) => {
    const client = $app.findRecordById('clients', e.request.pathValue('id'));
    return e.json(200, client);
});

routerAdd('POST', '/api/race/messages', (e) => {
    const { recipient, message } = e.requestInfo().body;
    const row = new Record($app.findCollectionByNameOrId('sms_outbox'));
    row.set('recipient', recipient);
    row.set('message', message);
    row.set('metadata', {});
    row.set('status', 'queued');
    row.set('created_at', new Date().toISOString());
    $app.save(row);
    return e.json(201, row);
});

// The seed's examples/scripts/order-report.js, cached in memory for five minutes.
routerAdd('GET', '/api/race/reports/orders', (e) => {
    const { startDate, endDate, groupBy = 'day' } = e.requestInfo().query;
    const key = `order_report_${startDate}_${endDate}_${groupBy}`;
    const kept = $app.store().get(key);
    if (kept && kept.until > Date.now()) {
        e.response.header().set('X-Cache', 'HIT');
        return e.json(200, kept.report);
    }
    const rows = arrayOf(new DynamicModel({ period: '', count: 0, revenue: 0.1 }));
    $app.db()
        .newQuery(
            "SELECT substr(created_at, 1, 10) AS period, count(*) AS count, sum(total) / 100.0 AS revenue FROM orders " +
                "WHERE status <> 'cancelled' AND created_at >= {:from} AND created_at < {:to} GROUP BY 1 ORDER BY 1",
        )
        .bind({ from: startDate, to: endDate + ' 24' })
        .all(rows);
    const data = rows.map((day) => ({ period: day.period, count: day.count, revenue: day.revenue, average_value: day.revenue / day.count }));
    const count = data.reduce((sum, day) => sum + day.count, 0);
    const revenue = data.reduce((sum, day) => sum + day.revenue, 0);
    const report = {
        period: { start: startDate, end: endDate },
        summary: { total_orders: count, total_revenue: revenue, average_order_value: revenue / count },
        data,
        generated_at: new Date().toISOString(),
        generated_by: 'admin@acme.localhost',
    };
    $app.store().set(key, { until: Date.now() + 300_000, report });
    e.response.header().set('X-Cache', 'MISS');
    return e.json(200, report);
});
