package dev.iovacheck.counterexamples.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.KnownReplays;
import dev.iovacheck.counterexamples.testing.PlantedLoop;
import dev.iovacheck.counterexamples.testing.Script;
import dev.iovacheck.counterexamples.text.MailText;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplanationTest {

    @ParameterizedTest
    @EnumSource(KnownReplays.class)
    void theStepToBlameIsNamedWithTheReason(KnownReplays known) {
        Replay replay = known.replay();
        Explanation explanation = Explanation.of(replay);
        assertEquals(known.stepToBlame(), explanation.step(), explanation.sentences()::toString);
        assertTrue(explanation.sentences().size() <= 3);
        String mail = MailText.of(replay, Explanation.text(replay, MailText.WIDTH), "VERSION");
        GoldenFile.assertMatches(
                "counterexamples", ExplanationTest.class, known.name().toLowerCase(Locale.ROOT) + ".txt", mail);
        mail.lines().forEach(line -> assertTrue(line.length() <= MailText.WIDTH, line));
    }

    @Test
    void aLoopIsToldAsWhatHappensAgainAndAgain() {
        Replay replay = PlantedLoop.replay();
        String mail = MailText.of(replay, Explanation.text(replay, MailText.WIDTH), "VERSION");
        GoldenFile.assertMatches("counterexamples", ExplanationTest.class, "loop.txt", mail);
    }

    private static Replay of(String yaml, String invariant, UnaryOperator<Script> steps) throws Exception {
        Configuration configuration = new ConfigurationReader(Catalogue.ids()).read("test.yaml", yaml);
        return steps.apply(new Script(configuration)).replay(Catalogue.byId(invariant));
    }

    private static void assertBecause(String because, Replay replay) {
        String sentences = String.join(" ", Explanation.of(replay).sentences());
        assertTrue(sentences.contains(because), sentences);
    }

    @Test
    void whatTheLastStepDoesInTheKernelIsTold() throws Exception {
        String posted = """
                iovacheck: 1
                devices: { d: { mask: 0xffff } }
                mechanism: dma_iova_set_resv_region
                workload: { d: { map: 4KiB } }
                """;
        UnaryOperator<Script> call = script -> script.add(0).reserve(0);
        String low = "reserve: [{ device: d, range: 0..32KiB }]\n";
        assertBecause(
                "In lazy mode the type is IOMMU_DOMAIN_DMA_FQ",
                of(posted + low + "iommu: { mode: lazy }\n", "errno-conformance", call));
        assertBecause(
                "dev->iommu_group is NULL",
                of(posted.replace("mask", "group: none, mask") + low, "errno-conformance", call));
        assertBecause(
                "looks at neither: 0x0 and 0xfffffffffffff, which is all that there is.",
                of(posted + "reserve: [{ device: d, start: 0x0, length: 0 }]\n", "errno-conformance", call));
        assertBecause(
                "the node of [0xf000, 0xffff] goes from 0x0 to 0xffff",
                of(
                        posted + "reserve: [{ device: d, start: 0x0, length: 0 }]\n",
                        "cache-coherence",
                        script -> script.add(0).map(0, 0x1000, 0).reserve(0).unmap(0, 0x1000, 0xf000, 0)));
        assertBecause(
                "The DMA mask 0xffff reaches further up than the block does",
                of("""
                        iovacheck: 1
                        devices: { d: { mask: 0xffff, window: 0..32KiB } }
                        workload: { d: { map: 4KiB } }
                        """, "upper-bound", script -> script.add(0).map(0, 0x1000, 0)));
        assertBecause(
                "d, e: one group, g, and so one domain",
                of("""
                        iovacheck: 1
                        devices: { d: { group: g, mask: 0xffff, window: 32KiB..64KiB }, e: { group: g, mask: 0xffff } }
                        mechanism: dma_iova_set_resv_region
                        reserve: [{ device: d, range: 0..32KiB }]
                        workload: { d: { map: 4KiB }, e: { map: 4KiB } }
                        """, "policy-isolation", script -> script.add(0).add(1).reserve(0)));
    }

    @Test
    void aBugThatWasBroughtBackIsNamedIfItIsTheCause() throws Exception {
        String yaml = """
                iovacheck: 1
                kernel: { profile: v7.1, with: [B12, B01] }
                devices: { d: { mask: 0x7fff } }
                workload: { d: { map: 12KiB } }
                """;
        assertBecause(
                "A kernel without the bug B12 does not come to this by the same calls.",
                of(yaml, "cover", script -> script.add(0).map(0, 0x3000, 0)));
        Replay other = of(yaml.replace("0x7fff", "0x7fff, window: 24KiB..32KiB"), "lower-bound", script -> script.add(0)
                .map(0, 0x3000, 0));
        assertTrue(
                Explanation.of(other).sentences().stream().noneMatch(sentence -> sentence.contains("the bug")),
                Explanation.of(other).sentences()::toString);
    }

    @Test
    void avoidableIsWhatAnotherOrderOfTheCallsAvoids() {
        assertEquals(
                "before step 4, by another order of the calls; after it, by none of those that are left.",
                Explanation.of(KnownReplays.CACHED_REISSUED.replay()).avoidable());
        assertEquals(
                "by no other order of these calls.",
                Explanation.of(KnownReplays.PUSHED_DOWN.replay()).avoidable());
        assertEquals("", Explanation.of(KnownReplays.FOR_EVER.replay()).avoidable());
    }

    @Test
    void aTreeOutOfOrderIsFollowedToItsEnds() throws Exception {
        Explanation crash = Explanation.of(KnownReplays.ILL_FORMED.replay());
        assertEquals(2, crash.step());
        assertTrue(
                crash.next().get(0).startsWith("Within 2 more calls the kernel does not survive: map(d, 16 KiB)"),
                crash.next()::toString);
        Replay wrapped = of(
                """
                iovacheck: 1
                devices: { d: { mask: 0xffff } }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: d, start: 0xfffffffffffff000, length: 0x2000 }]
                workload: { d: { map: 4KiB, live: 2 } }
                """, "tree-wellformed", steps -> steps.add(0).map(0, 0x1000, 0).reserve(0));
        String next = String.join(" ", Explanation.of(wrapped).next());
        assertTrue(next.contains("two mappings have the same range") || next.contains("kernel survives"), next);
        assertEquals(List.of(), Explanation.of(KnownReplays.LOST.replay()).next(), "the tree is in order");
    }

    @Test
    void aRegionOfALaterDeviceIsReservedByNobody() throws Exception {
        String group = """
                iovacheck: 1
                devices:
                  codec: { group: g, mask: 0xffff }
                  display: { group: g, mask: 0xffff, regions: [{ range: 0xf000..0x10000, type: reserved }] }
                workload: { codec: { map: 4KiB, live: 2 } }
                """;
        Explanation map = Explanation.of(
                of(group, "no-reserved-overlap", steps -> steps.add(0).add(1).map(0, 0x1000, 0)));
        assertEquals(2, map.step(), map.sentences()::toString);
        assertTrue(
                map.sentences().get(1).startsWith("The domain was initialised in step 1"), map.sentences()::toString);
        Explanation cached = Explanation.of(of(group, "cache-coherence", steps -> steps.add(0)
                .map(0, 0x1000, 0)
                .unmap(0, 0x1000, 0xf000, 0)
                .add(1)));
        assertEquals(4, cached.step());
        assertTrue(cached.sentences().get(1).startsWith("iommu_dma_init_domain"), cached.sentences()::toString);
    }

    @Test
    void aNodeThatNobodyHoldsIsNamed() throws Exception {
        Explanation stray = Explanation.of(
                of("""
                iovacheck: 1
                devices: { d: { mask: 0xffff } }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: d, start: 0x0, length: 0 }]
                workload: { d: { map: 4KiB } }
                """, "alloc-completeness", steps -> steps.add(0).reserve(0).map(0, 0x1000, 0)));
        assertEquals(2, stray.step());
        assertTrue(
                stray.sentences().get(0).contains("the node [0x0, 0xffffffffffffffff] is in the tree"),
                stray.sentences()::toString);
    }
}
