/** `promote`: moves the tags of one environment into others. */
import { isRefused } from '../core/change/plan.ts';
import type { Promotion, PromotionMove, PromotionRow } from '../core/change/promotion.ts';
import { movesOf } from '../core/change/promotion.ts';
import { describeVersion } from '../core/change/version.ts';
import { shortName } from '../core/oci/imageReference.ts';
import { openRepositories } from '../workflows/openRepository.ts';
import { InputError } from '../workflows/openRepository.ts';
import { planPromotionChange, preparePromotion } from '../workflows/promote.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print, printJson, table } from './command.ts';
import { repositoryWithEnvironments } from './findRepository.ts';
import { writeChange } from './writeChange.ts';

export const promote: Command = {
  usage:
    'FOLDER --from ENVIRONMENT --to ENVIRONMENT[,ENVIRONMENT] [--application APPLICATION] [--image IMAGE] [--at COMMIT] [--dry-run] [--json]',
  summary: 'moves the tags of one environment into others and prints the diff',
  details: [
    '--from ENVIRONMENT         where the tags run now, as `images` lists it',
    '--to ENVIRONMENT           where they go to; several with commas between them',
    '--application APPLICATION  moves the images of this application alone',
    '--image IMAGE              moves this image alone, also where that is a downgrade or otherwise left out',
    '--at COMMIT                moves what the first environment ran in this commit: a branch, a tag or a hash',
    '--dry-run                  prints the diff and writes nothing',
    '--json                     prints {moves, diff, changes, warnings, written}',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      from: { type: 'string' },
      to: { type: 'string', multiple: true },
      application: { type: 'string' },
      image: { type: 'string' },
      at: { type: 'string' },
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [folder = ''] = positionals(given, 'FOLDER');
    const { from, application, image, at } = values;
    const to = (values.to ?? []).flatMap((names) => names.split(',')).filter((name) => name !== '');
    if (from === undefined || to.length === 0) throw new InputError('--from and --to are needed. See --help.');
    for (const [name, value] of Object.entries({ from, application, image, at }))
      if (value === '') throw new InputError(`--${name} is empty. See --help.`);
    const opened = repositoryWithEnvironments(await openRepositories(folder), [from, ...to]);
    const promotion = await preparePromotion(opened, { from, to, application, image, at });
    if (promotion.rows.length === 0) throw new InputError(nothingMeant(promotion, from, to, application ?? image));
    const chosen = movesOf(promotion).filter(({ isTicked }) => isTicked || image !== undefined);
    const json = values.json === true;
    if (!json) describe(promotion, chosen, image !== undefined);
    const moves = promotion.rows.flatMap((row) => row.moves.map((move) => moveRow(row, move, chosen.includes(move))));
    if (chosen.length === 0) {
      note(`Nothing is promoted from ${from} to ${to.join(', ')}.`);
      if (json) printJson({ moves, diff: '', changes: [], warnings: [], written: false });
      return 0;
    }
    const change = planPromotionChange(opened, chosen);
    if (isRefused(change)) {
      note(change.refusal);
      return 1;
    }
    return writeChange(change, { dryRun: values['dry-run'] === true, json, more: { moves } });
  },
};

function describe(promotion: Promotion, chosen: readonly PromotionMove[], isNamed: boolean): void {
  const isAlone = ({ application }: PromotionRow): boolean =>
    promotion.rows.filter((row) => row.application === application).length === 1;
  // An application with several images does not say which one moves.
  const nameOf = (row: PromotionRow): string => (isAlone(row) ? row.application : `${row.application} (${shortName(row.image)})`);
  const rows = promotion.rows.flatMap((row) =>
    row.moves
      .filter((move) => chosen.includes(move))
      .map((move) => [nameOf(row), move.environment, step(move), move.order.words]),
  );
  if (rows.length > 0) print(`${table(rows)}\n`);
  for (const row of promotion.rows)
    for (const move of row.moves) {
      const where = `${nameOf(row)} in ${move.environment}`;
      if (chosen.includes(move)) for (const { message } of move.warnings) note(`${where}: ${message}`);
      else if (move.obstacle === '' && !isNamed)
        note(`${where}: ${step(move)} is left out. ${move.warnings.map(({ message }) => message).join(' ')}`);
      else if (move.order.relation !== 'same') note(`${where}: ${move.obstacle}`);
    }
  for (const { application, image, environment } of promotion.absent) {
    const isThere = promotion.rows.some(
      (row) => row.application === application && row.moves.some((move) => move.environment === environment),
    );
    if (isThere) note(`${application} in ${environment}: there is no container with ${image} here.`);
  }
}

function step({ current, wanted }: PromotionMove): string {
  return `${describeVersion(current)} > ${describeVersion(wanted)}`;
}

function moveRow({ application, image }: PromotionRow, move: PromotionMove, isChosen: boolean) {
  const { environment, current, wanted, order, warnings, obstacle } = move;
  return {
    application,
    image,
    environment,
    from: current,
    to: wanted,
    relation: order.relation,
    words: order.words,
    chosen: isChosen,
    warnings,
    obstacle,
  };
}

function nothingMeant({ absent }: Promotion, from: string, to: readonly string[], name: string | undefined): string {
  if (name === undefined) return `${from} and ${to.join(', ')} have no image in common, so there is nothing to promote.`;
  return absent.length > 0
    ? `${name} is in ${from} and not in ${to.join(', ')}. Add it there first.`
    : `No container in ${from} uses ${name}. List the images with \`images\`.`;
}
