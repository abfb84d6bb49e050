# To be sourced: sets root and jar, and builds the jar if it is older than what it is made of.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=$root/bench/target/bench.jar
if [ ! -f "$jar" ] || [ -n "$(find "$root"/*/pom.xml "$root"/checker/engine/pom.xml "$root"/{model,invariants,counterexamples,checker/engine,bench}/src/main \
    -newer "$jar" -print -quit)" ]; then
    echo "building bench.jar, once" >&2
    (cd "$root" && mvn -q -B -Dstyle.color=never -DskipTests -Djacoco.skip -pl bench -am package) >&2
fi
