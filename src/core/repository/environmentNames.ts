/** What the name of an environment says: how close to production it is. Names are free text, so that this is a vocabulary and not a rule. */

/** From the first to the last environment that a change reaches. Words of one line are the same step. */
const STEPS: readonly (readonly string[])[] = [
  ['local', 'localhost', 'minikube', 'kind', 'k3d'],
  ['sandbox', 'sbox', 'sbx', 'playground', 'poc', 'lab'],
  ['pr', 'preview', 'review', 'ephemeral', 'feature'],
  ['dev', 'develop', 'development', 'devel'],
  ['main', 'master', 'trunk', 'nightly', 'edge'],
  ['ci'],
  ['test', 'tests', 'testing', 'tst', 'e2e', 'at'],
  ['int', 'integration', 'integ', 'sit'],
  ['qa', 'quality'],
  ['ithc', 'pentest', 'security'],
  ['perf', 'performance', 'load', 'stress', 'yt'],
  ['uat', 'acc', 'acceptance', 'beta'],
  ['demo', 'training', 'showcase'],
  ['stg', 'stage', 'staging', 'tt', 'rc'],
  ['preprod', 'preproduction', 'canary', 'nonprod', 'nonproduction'],
  ['ring'],
  ['prod', 'production', 'prd', 'live'],
];
/** First words of the steps that not every change takes, or takes beside others: being ahead of them is no mistake. */
const ASIDE = new Set(['local', 'sandbox', 'pr', 'main', 'ci', 'ithc', 'perf', 'demo', 'ring']);
const STEP_OF = new Map(STEPS.flatMap((words, step) => words.map((word) => [word, step] as const)));
const PRODUCTION = STEPS.length - 1;
/** A name that says nothing stands just before production: it is neither first to break nor last to be careful with. */
const UNKNOWN = PRODUCTION - 0.5;

/** Words that hardly ever name anything but an environment. The others are also names of applications (`integration`, `demo`, `load`). */
const UNMISTAKABLE = new Set(
  'local sandbox sbox sbx dev develop development devel tst uat qa ithc stg stage staging preprod preproduction nonprod prod production prd'.split(
    ' ',
  ),
);
/** Words that are an environment only with a number behind: `at23`, `tt02`, `ring-1`. */
const NUMBERED = new Set(['at', 'tt', 'yt', 'ring']);
/** Parts that tell one environment from its siblings by place, not by what runs there. */
const PLACE =
  /^(?:(?:eu|us|uk|asia|apac|emea|amer|africa|au|ca|de|fr|in|jp|cn|sg|br|ap|sa|af|me|global|north|south|east|west|central|northeast|northwest|southeast|southwest|aws|gcp|gke|eks|aks|azure|onprem|blue|green|internal|external|public|private|region|zone|primary|secondary)?(?:\d+[a-z]?)?)$/;

export interface EnvironmentWord {
  /** Position in the order of environments. */
  readonly step: number;
  /** The part of the name that is an environment, as written. */
  readonly word: string;
  /** What is left of the name without that part, '' where nothing is. */
  readonly rest: string;
  /** Whether the part stands first or last in the name; neither for `stone-prod-p01`. */
  readonly at: 'start' | 'middle' | 'end';
  readonly unmistakable: boolean;
  /** Whether what is left only says where (`prod-eu`, `dev-2`) and not what. */
  readonly placed: boolean;
  /** Whether every change passes through it: `dev` and `staging`, and not `perf` or `demo`. */
  readonly onTheWay: boolean;
  /** Number behind the word, -1 where there is none. */
  readonly number: number;
}

const known = new Map<string, EnvironmentWord | undefined>();

/** The environment in a name such as `prod`, `prod-eu`, `moc-prod`, `at23`, `ring-1`; undefined where there is none. */
export function environmentWord(name: string): EnvironmentWord | undefined {
  if (known.has(name)) return known.get(name);
  const found = find(name);
  // Directory names of open repositories: bounded, so that no repository can fill the memory.
  if (known.size > 20_000) known.clear();
  known.set(name, found);
  return found;
}

function find(name: string): EnvironmentWord | undefined {
  const parts = joinNegations(name.split(/[-_. ]+/).filter((part) => part !== ''));
  let best: EnvironmentWord | undefined;
  for (const [index, part] of parts.entries()) {
    const [, letters = '', digits = ''] = /^([a-z]+?)(?:-?(\d+))?$/.exec(part.toLowerCase()) ?? [];
    const step = STEP_OF.get(letters);
    const next = parts[index + 1];
    const number = digits !== '' ? Number(digits) : next !== undefined && /^\d{1,4}$/.test(next) ? Number(next) : -1;
    if (step === undefined || (NUMBERED.has(letters) && number < 0)) continue;
    const rest = parts.filter((_, other) => other !== index);
    if (best !== undefined && best.step <= step) continue;
    best = {
      step,
      word: part,
      rest: rest.join('-'),
      at: index === 0 ? 'start' : index === parts.length - 1 ? 'end' : 'middle',
      unmistakable: UNMISTAKABLE.has(letters),
      placed: rest.every((other) => isPlace(other)),
      onTheWay: !ASIDE.has(STEPS[step]?.[0] ?? ''),
      number,
    };
  }
  return best;
}

/** `pre-prod` and `non-prod` are not production. */
function joinNegations(parts: readonly string[]): string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const before = joined.at(-1)?.toLowerCase();
    if ((before === 'pre' || before === 'non') && /^prod(?:uction)?\d*$/i.test(part))
      joined[joined.length - 1] = `${before}${part.toLowerCase()}`;
    else joined.push(part);
  }
  return joined;
}

/** Whether a name says only where something runs: a region, a cloud, a number. */
export function isPlace(name: string): boolean {
  return name.split(/[-_.]/).every((part) => PLACE.test(part.toLowerCase()));
}

/** Whether a name is that of a region, a cloud, a colour or a number, and hardly ever that of an application, as `internal` and `public` are. */
export function isRegion(name: string): boolean {
  return isPlace(name) && !/internal|external|public|private|primary|secondary/i.test(name);
}

/** Whether two names are the same step towards production: `prod` and `production`. */
export function isSameStep(one: string, other: string): boolean {
  const step = environmentWord(one)?.step;
  return step !== undefined && step === environmentWord(other)?.step;
}

/** Whether an environment should be treated with the care of production: any name with production in it that is not `pre-` or `non-`. */
export function isProductionLike(name: string): boolean {
  return joinNegations(name.split(/[-_. ]+/)).some((part) => STEP_OF.get(part.toLowerCase().replace(/\d+$/, '')) === PRODUCTION);
}

/**
 * The names in the order in which a change travels: those of `order` first, as listed there, then by vocabulary, number and name. '' (no environment)
 * is last. Duplicates are dropped.
 */
export function orderEnvironments(names: Iterable<string>, order: readonly string[] = []): string[] {
  const position = new Map(order.map((name, index) => [name, index] as const));
  return [...new Set(names)]
    .map((name) => {
      const word = environmentWord(name);
      return {
        name,
        listed: position.get(name) ?? order.length,
        step: name === '' ? Infinity : (word?.step ?? UNKNOWN),
        number: word?.number ?? -1,
      };
    })
    .toSorted(
      (one, other) =>
        one.listed - other.listed || compare(one.step, other.step) || one.number - other.number || compare(one.name, other.name),
    )
    .map(({ name }) => name);
}

function compare<T extends number | string>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
