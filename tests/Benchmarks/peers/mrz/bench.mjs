// Prints TD3 parses a second: the median of nine rounds after a warm-up, on the zone that the benchmark uses too.
import { parse } from 'mrz';

const lines = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const round = (count) => {
  const start = process.hrtime.bigint();
  let fields = 0;
  for (let index = 0; index < count; index++) fields += parse(lines).details.length;
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (fields === 0) throw new Error('nothing was parsed');
  return count / seconds;
};
round(2000);
const rounds = Array.from({ length: 9 }, () => round(1000)).sort((left, right) => left - right);
console.log(rounds[4]);
