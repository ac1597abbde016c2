// GET /api/scripts/reports/orders
// Endpoint configuration: method=GET, path=/api/scripts/reports/orders
async function handleRequest(req) {
    // Validate permissions
    if (!context.user.permissions.includes('reports.view')) {
        return {
            status: 403,
            body: { error: 'Insufficient permissions' }
        };
    }
    
    // Parse and validate query parameters
    const startDate = req.query.startDate || utils.date.addDays(utils.date.now(), -30);
    const endDate = req.query.endDate || utils.date.now();
    const groupBy = req.query.groupBy || 'day';
    
    // Generate cache key
    const cacheKey = `order_report_${startDate}_${endDate}_${groupBy}`;
    
    // Check cache
    const cached = await storage.get(cacheKey);
    if (cached) {
        console.info('Returning cached report');
        return {
            status: 200,
            headers: { 'X-Cache': 'HIT' },
            body: cached
        };
    }
    
    // Generate report using service layer
    const orders = await services.orders.getReport({
        startDate: startDate,
        endDate: endDate,
        groupBy: groupBy,
        includeMetrics: ['count', 'revenue', 'average_value']
    });
    
    // Transform data for presentation
    const report = {
        period: {
            start: startDate,
            end: endDate
        },
        summary: {
            total_orders: orders.reduce((sum, day) => sum + day.count, 0),
            total_revenue: orders.reduce((sum, day) => sum + day.revenue, 0),
            average_order_value: orders.reduce((sum, day) => sum + day.revenue, 0) / 
                                orders.reduce((sum, day) => sum + day.count, 0)
        },
        data: orders,
        generated_at: utils.date.now(),
        generated_by: context.user.email
    };
    
    // Cache for 5 minutes
    await storage.set(cacheKey, report, 300);
    
    // Log analytics event
    await events.publish('report.generated', {
        type: 'orders',
        user: context.user.id,
        parameters: { startDate, endDate, groupBy }
    });
    
    return {
        status: 200,
        headers: { 
            'Content-Type': 'application/json',
            'X-Cache': 'MISS'
        },
        body: report
    };
}
