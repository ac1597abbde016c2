// Every morning: finds active clients with no activity for 30 days and sends each of them an SMS.
// To share the text with other scripts, save it as a template and pass the template's name instead.

const TEXT = 'Dear {{ name }}, we have not seen you since {{ lastVisit }}. Is there anything we can do?';

async function main() {
    const monthAgo = utils.date.addDays(utils.date.now(), -30);
    const clients = await services.clients.list({
        filters: [
            { field: 'last_activity', operator: 'lt', value: monthAgo },
            { field: 'status', operator: 'eq', value: 'active' },
        ],
        limit: 100,
    });

    const failed = [];
    for (const client of clients) {
        try {
            const message = await utils.template.render(TEXT, {
                name: client.name,
                lastVisit: utils.date.format(client.last_activity, 'DD MMM'),
            });
            await services.notifications.sendSMS({ to: client.phone, message, metadata: { client_id: client.id } });
            await events.publish('client.reminder_sent', { clientId: client.id, channel: 'sms' });
            console.log(`Sent a reminder to ${client.name}`);
        } catch (error) {
            console.error(`Failed to remind ${client.name}: ${error.message}`);
            failed.push(error);
        }
    }

    const sent = clients.length - failed.length;
    await storage.set('last_reminder_run', { at: utils.date.now(), processed: clients.length, sent }, 24 * 3600);
    // Throw, so that the run is recorded as failed.
    if (failed.length > 0) {
        throw new Error(`${failed.length} of ${clients.length} reminders were not sent; first error: ${failed[0].message}`);
    }
    return { processed: clients.length, sent };
}
