/** When a check ran last, by partner and check. */
export const lastRun = 'fedmon_check_last_run_timestamp_seconds';

/** When a partner was examined last. A route pinned to an address asks no DNS; its first check is tcp. */
export const lastRunByPartner = `max by (job, partner) (${lastRun}{check="dns"} or on (job, partner) ${lastRun}{check="tcp"})`;
