import { type HonestBuild, inShell, writeFiles } from "./honest-build.ts";

export const SCRIPT_LANGUAGE_BUILDS: readonly HonestBuild[] = [
  {
    name: "gem build and install, bundle",
    needs: ["gem", "bundle"],
    prepare(folder) {
      writeFiles(folder, {
        "sample.gemspec":
          "Gem::Specification.new do |s|\n  s.name = 'sample'\n  s.version = '1.0'\n  s.summary = 'sample'\n  s.authors = ['a']\n  s.files = ['lib/sample.rb', 'ext/extconf.rb', 'ext/part.c']\n  s.extensions = ['ext/extconf.rb']\nend\n",
        "lib/sample.rb": "puts 1\n",
        "ext/extconf.rb": "require 'mkmf'\ncreate_makefile 'part'\n",
        "ext/part.c": "#include <ruby.h>\nvoid Init_part(void) {}\n",
        "app/Gemfile": "gem 'sample', path: '..'\n",
      });
      return inShell(
        "gem build -q sample.gemspec",
        `gem install -q --local --install-dir ${folder}/gems sample-1.0.gem`,
        "cd app",
        `BUNDLE_PATH=${folder}/bundle bundle install --local --quiet`,
        "BUNDLE_PATH=../bundle bundle exec ruby -e 'puts 2'",
      );
    },
  },
  {
    name: "composer install with scripts",
    needs: ["composer", "php"],
    prepare(folder) {
      writeFiles(folder, {
        "composer.json": JSON.stringify({
          name: "a/site",
          repositories: [{ type: "path", url: "part" }, { "packagist.org": false }],
          require: { "a/part": "*" },
          "minimum-stability": "dev",
          scripts: { "post-install-cmd": "php -r 'echo 1;'", "post-update-cmd": "@php -v" },
        }),
        "part/composer.json": JSON.stringify({ name: "a/part", version: "1.0.0" }),
      });
      return [
        "env",
        "COMPOSER_ALLOW_SUPERUSER=1",
        `COMPOSER_HOME=${folder}/home`,
        "composer",
        "-n",
        "install",
      ];
    },
  },
  {
    name: "perl Makefile.PL, make test, cpanm of the folder",
    needs: ["perl", "make", "cpanm"],
    prepare(folder) {
      writeFiles(folder, {
        "Makefile.PL":
          "use ExtUtils::MakeMaker;\nWriteMakefile(NAME => 'Sample', VERSION_FROM => 'lib/Sample.pm');\n",
        "lib/Sample.pm": "package Sample;\nour $VERSION = '1.0';\n1;\n",
        "t/runs.t": "use Test::More tests => 1;\nuse_ok('Sample');\n",
      });
      return inShell(
        "perl Makefile.PL",
        "make",
        "make test",
        `PERL_CPANM_HOME=${folder}/cpanm cpanm --quiet --notest --local-lib ${folder}/lib5 .`,
      );
    },
  },
];
