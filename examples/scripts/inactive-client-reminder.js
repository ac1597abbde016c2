// Runs daily at 9 AM
// Cron expression: "0 9 * * *"
async function main() {
    console.info(`Starting inactive client reminder job for tenant: ${context.tenant.name}`);
    
    const thirtyDaysAgo = utils.date.addDays(utils.date.now(), -30);
    
    // Using service API (recommended approach)
    const inactiveClients = await services.clients.list({
        filters: [
            { field: 'last_activity', operator: 'lt', value: thirtyDaysAgo },
            { field: 'status', operator: 'eq', value: 'active' }
        ],
        limit: 100
    });
    
    let sentCount = 0;
    for (const client of inactiveClients) {
        try {
            // Use template for consistent messaging
            const message = await utils.template.render('inactive_client_reminder', {
                name: client.name,
                lastVisit: utils.date.format(client.last_activity, 'MMM DD')
            });
            
            // Send via integrated SMS service
            await services.notifications.sendSMS({
                to: client.phone,
                message: message,
                metadata: {
                    client_id: client.id,
                    campaign: 'reactivation'
                }
            });
            
            // Publish event for analytics
            await events.publish('client.reminder_sent', {
                clientId: client.id,
                type: 'inactivity',
                channel: 'sms'
            });
            
            sentCount++;
            console.log(`Sent reminder to ${client.name} (${client.id})`);
        } catch (error) {
            console.error(`Failed to send reminder to ${client.name}: ${error.message}`);
        }
    }
    
    // Store execution results
    await storage.set('last_reminder_run', {
        timestamp: utils.date.now(),
        processed: inactiveClients.length,
        sent: sentCount
    }, 86400); // TTL: 24 hours
    
    return {
        success: true,
        processed: inactiveClients.length,
        sent: sentCount
    };
}
