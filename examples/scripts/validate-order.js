// Used within order processing workflow
async function validateOrder(order) {
    console.info(`Validating order ${order.id}`);
    
    const errors = [];
    
    // Check inventory availability
    for (const item of order.items) {
        const product = await services.products.get(item.product_id);
        if (!product) {
            errors.push(`Product ${item.product_id} not found`);
            continue;
        }
        
        if (product.stock < item.quantity) {
            errors.push(`Insufficient stock for ${product.name}: requested ${item.quantity}, available ${product.stock}`);
        }
        
        // Custom business rule: check minimum order quantity
        const minQty = await storage.get(`min_order_qty_${product.category}`);
        if (minQty && item.quantity < minQty) {
            errors.push(`Minimum order quantity for ${product.name} is ${minQty}`);
        }
    }
    
    // Validate customer credit limit
    const customer = await services.clients.get(order.customer_id);
    if (customer.credit_limit > 0) {
        const outstanding = await services.invoices.getOutstandingAmount(customer.id);
        if (outstanding + order.total > customer.credit_limit) {
            errors.push(`Order exceeds customer credit limit`);
        }
    }
    
    // Check delivery constraints
    if (order.delivery_date) {
        const dayOfWeek = new Date(order.delivery_date).getDay();
        const blockedDays = await storage.get('blocked_delivery_days') || [];
        if (blockedDays.includes(dayOfWeek)) {
            errors.push(`Delivery not available on selected day`);
        }
    }
    
    return {
        valid: errors.length === 0,
        errors: errors
    };
}
