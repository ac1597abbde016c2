function main() {
    const eve = utils.date.parse('2024-03-30 09:00', 'YYYY-MM-DD HH:mm');
    const day = utils.date.addDays(eve, 1);
    return [eve.toISOString(), day.toISOString(), utils.date.format(day, 'YYYY-MM-DD HH:mm Z'), eve.getHours(), day.getHours()];
}
