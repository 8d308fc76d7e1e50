/** Marks of mining: from the manuals of XMRig 6, lolMiner, T-Rex, SRBMiner and cpuminer-opt, and the pools' own pages, as of 2026-11. */

/** Registered domains of pools: of names below them too. */
export const POOL_DOMAINS: ReadonlySet<string> = new Set(
  [
    "2miners.com antpool.com ar.herominers.com aeonpool.xyz bohemianpool.com braiins.com c3pool.com c3pool.org crypto-pool.fr",
    "dwarfpool.com ethermine.org f2pool.com flexpool.io flypool.org gntl.co.uk gulf.moneroocean.stream hashvault.pro",
    "hashcity.org herominers.com hiveon.net kryptex.network luxor.tech minergate.com minexmr.com miningpoolhub.com",
    "miningrigrentals.com monerohash.com moneroocean.stream monerop.com monerpool.org nanopool.org nicehash.com poolin.com",
    "prohashing.com rplant.xyz skypool.org slushpool.com sparkpool.com supportxmr.com unmineable.com unmineable.net viabtc.com",
    "woolypooly.com xmr.pt xmrfast.com xmrpool.eu xmrpool.net zergpool.com zpool.ca",
  ].flatMap((line) => line.split(" ")),
);

/** Where pools listen by custom. Others do too: never enough alone. */
export const POOL_PORTS: ReadonlySet<number> = new Set([
  3333, 3334, 4444, 5555, 5556, 6666, 7777, 9999, 10128, 10343, 14433, 14444, 20128, 45560, 45700,
]);

/** Options that no other program has. */
export const MINING_OPTIONS: ReadonlySet<string> = new Set([
  "--donate-level",
  "--donate-over-proxy",
  "--nicehash",
  "--rig-id",
  "--randomx-mode",
  "--randomx-init",
  "--randomx-1gb-pages",
  "--randomx-no-rdmsr",
  "--cpu-max-threads-hint",
  "--cpu-memory-pool",
  "--disable-gpu-mining",
  "--ethstratum",
]);

/** What these are given, with `=` or after them. */
export const ALGORITHM_OPTIONS: ReadonlySet<string> = new Set([
  "-a",
  "--algo",
  "--algorithm",
  "--coin",
]);
export const ALGORITHMS: ReadonlySet<string> = new Set(
  [
    "rx/0 rx/wow rx/arq rx/graft rx/sfx rx/keva randomx randomxmonero cryptonight cn/r cn/0 cn/1 cn/2 cn-heavy/xhv cn/gpu",
    "cn-pico argon2/chukwa argon2/chukwav2 argon2id_chukwa ghostrider gr kawpow ethash etchash autolykos2 progpow progpowz",
    "equihash verushash yespower yescrypt lyra2v3 x16r x16rv2 neoscrypt kheavyhash nexapow octopus beamhash monero xmr",
  ].flatMap((line) => line.split(" ")),
);
