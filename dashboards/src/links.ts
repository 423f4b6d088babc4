import { DashboardLinkBuilder, DashboardLinkType, type DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** The addresses of the dashboards. Public: alerts, runbooks and bookmarks lead there. */
export const uids = {
  fleet: 'fedmon-fleet',
  partner: 'fedmon-partner',
  certificates: 'fedmon-certificates',
  pipeline: 'fedmon-pipeline',
} as const;
export type BoardName = keyof typeof uids;

const titles: Readonly<Record<BoardName, string>> = {
  fleet: 'Fleet',
  partner: 'Partner',
  certificates: 'Certificates',
  pipeline: 'Pipeline',
};

export const pathOf = (board: BoardName): string => `/d/${uids[board]}/${uids[board]}`;

/** The links at the top: the other dashboards, with the time range and what is chosen here. */
export function linksFrom(board: BoardName): DashboardLink[] {
  return (Object.keys(uids) as BoardName[])
    .filter((each) => each !== board)
    .map((each) =>
      new DashboardLinkBuilder(titles[each])
        .type(DashboardLinkType.Link)
        .icon('dashboard')
        .tooltip('')
        .url(pathOf(each))
        .keepTime(true)
        .includeVars(true)
        .build(),
    );
}

/** What is chosen here and means the same there, but the partner. */
const kept = '${datasource:queryparam}&${job:queryparam}&${tier:queryparam}&${__url_time_range}';

/** A cell with a partner's name leads to the partner. */
export const toPartner: DynamicConfigValue = {
  id: 'links',
  value: [
    {
      title: 'What broke at ${__value.raw}',
      url: `${pathOf('partner')}?var-partner=\${__value.raw:percentencode}&${kept}`,
    },
  ],
};

/** Anything on this panel leads to another dashboard, with everything that is chosen. */
export const toBoard = (board: BoardName): DynamicConfigValue => ({
  id: 'links',
  value: [{ title: titles[board], url: `${pathOf(board)}?\${partner:queryparam}&${kept}` }],
});
