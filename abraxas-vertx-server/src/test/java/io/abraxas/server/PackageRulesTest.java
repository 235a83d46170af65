package io.abraxas.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds which package may use which. A rule that is in the way is a design question first. */
@AnalyzeClasses(packages = "io.abraxas", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageRulesTest {
  private static final String PROTOCOL = "io.abraxas.vertx.protocol..";
  private static final String CLIENT = "io.abraxas.vertx";
  private static final String CLIENT_CONNECTION = "io.abraxas.vertx.connection..";
  private static final String EVENT_BUS = "io.abraxas.vertx.eventbus..";
  private static final String SERVER = "io.abraxas.server";
  private static final String BROKER = "io.abraxas.server.broker..";
  private static final String CONNECTION = "io.abraxas.server.connection..";
  private static final String ADMIN = "io.abraxas.server.admin..";
  private static final String STORE = "io.abraxas.server.store..";
  private static final String SCHEDULE = "io.abraxas.server.schedule..";
  private static final String LINK = "io.abraxas.server.link..";
  private static final String CLUSTER = "io.abraxas.server.cluster..";

  private static final String BUFFERS = "io.netty.buffer..";
  private static final String NETTY_UTIL = "io.netty.util..";

  private static final DescribedPredicate<JavaClass> THREADS =
      resideInAnyPackage("java.util.concurrent..", "io.netty.util.concurrent..")
          .or(belongToAnyOf(Thread.class, ThreadLocal.class))
          .as("are about threads");

  private static final DescribedPredicate<JavaClass> INPUT_AND_OUTPUT =
      resideInAnyPackage("java.io..", "java.net..", "java.nio.channels..", "java.nio.file..")
          .as("do I/O");

  private static final DescribedPredicate<JavaClass> LOGGING =
      resideInAnyPackage("java.util.logging..", "io.netty.util.internal.logging..")
          .or(belongToAnyOf(System.Logger.class))
          .as("log");

  private static final DescribedPredicate<JavaCall<?>> READS_THE_CLOCK =
      describe("reads the clock", call -> readsTheClock(call.getTarget()));

  private static final DescribedPredicate<JavaClass> SERVER_OPTIONS =
      describe(
          "are the server's options",
          type -> type.getName().matches("io\\.abraxas\\.server\\.[A-Za-z]+Options"));

  @ArchTest
  static final ArchRule protocolUsesBuffersOnly =
      mayUse(PROTOCOL, resideInAnyPackage("java..", BUFFERS, NETTY_UTIL));

  @ArchTest
  static final ArchRule protocolHasNoInputOutputClockOrThread =
      noClasses()
          .that()
          .resideInAPackage(PROTOCOL)
          .should()
          .dependOnClassesThat(THREADS.or(INPUT_AND_OUTPUT).or(resideInAPackage("java.time..")));

  @ArchTest
  static final ArchRule protocolDoesNotReadTheClock =
      noClasses().that().resideInAPackage(PROTOCOL).should().callCodeUnitWhere(READS_THE_CLOCK);

  @ArchTest
  static final ArchRule clientConnectionsKnowPacketsAndNoJobs =
      mayUse(CLIENT_CONNECTION, resideInAnyPackage("java..", "io.netty..", "io.vertx..", PROTOCOL));

  @ArchTest
  static final ArchRule clientKnowsNoServer =
      mayUse(
          CLIENT,
          resideInAnyPackage("java..", "io.netty..", "io.vertx..", PROTOCOL, CLIENT_CONNECTION));

  @ArchTest
  static final ArchRule eventBusBridgesUseThePublicApi =
      mayUse(EVENT_BUS, resideInAnyPackage("java..", "io.vertx..", CLIENT));

  @ArchTest
  static final ArchRule brokerIsPlainJava =
      mayUse(BROKER, resideInAnyPackage("java..", BUFFERS, NETTY_UTIL));

  @ArchTest
  static final ArchRule brokerHasNoThreadAndNoLog =
      noClasses().that().resideInAPackage(BROKER).should().dependOnClassesThat(THREADS.or(LOGGING));

  @ArchTest
  static final ArchRule brokerTakesTimeAsAnArgument =
      noClasses().that().resideInAPackage(BROKER).should().callCodeUnitWhere(READS_THE_CLOCK);

  @ArchTest
  static final ArchRule brokerHasNoLocks =
      noMethods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage(BROKER)
          .should()
          .haveModifier(JavaModifier.SYNCHRONIZED);

  @ArchTest
  static final ArchRule connectionJoinsSocketAndBroker =
      mayUse(
          CONNECTION,
          resideInAnyPackage(
                  "java..",
                  "jdk.net..",
                  "io.netty..",
                  "io.vertx..",
                  "org.slf4j..",
                  BROKER,
                  PROTOCOL,
                  ADMIN)
              .or(SERVER_OPTIONS));

  @ArchTest
  static final ArchRule adminReadsTheBroker =
      mayUse(ADMIN, resideInAnyPackage("java..", BUFFERS, NETTY_UTIL, BROKER, PROTOCOL));

  @ArchTest
  static final ArchRule storeKnowsTheBrokerOnly =
      mayUse(STORE, resideInAnyPackage("java..", BUFFERS, NETTY_UTIL, BROKER));

  @ArchTest
  static final ArchRule clusterJoinsHazelcastAndBroker =
      mayUse(
          CLUSTER,
          resideInAnyPackage(
                  "java..",
                  NETTY_UTIL,
                  "io.vertx..",
                  "com.hazelcast..",
                  "org.slf4j..",
                  BROKER,
                  STORE,
                  SCHEDULE,
                  LINK)
              .or(SERVER_OPTIONS));

  @ArchTest
  static final ArchRule linksJoinSocketsAndBrokerWithoutKnowingTheCluster =
      mayUse(
          LINK,
          resideInAnyPackage(
              "java..",
              "io.netty..",
              "io.vertx..",
              "org.slf4j..",
              BROKER,
              STORE,
              CONNECTION,
              CLIENT_CONNECTION));

  @ArchTest
  static final ArchRule scheduleKnowsTheBrokerAndCron =
      mayUse(
          SCHEDULE, resideInAnyPackage("java..", BUFFERS, NETTY_UTIL, BROKER, "com.cronutils.."));

  @ArchTest
  static final ArchRule onlyScheduleUsesCron =
      noClasses()
          .that()
          .resideOutsideOfPackage(SCHEDULE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.cronutils..");

  @ArchTest
  static final ArchRule onlyClusterUsesHazelcast =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLUSTER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast..");

  @ArchTest
  static final ArchRule nothingInsideLooksUpToThePublicApi =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER, CONNECTION, CLUSTER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SERVER);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.abraxas.server.(*)..").should().beFreeOfCycles();

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    List<Path> silent = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root())) {
      for (Path sources : modules.map(module -> module.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(sources)) {
          silent.addAll(packagesWithoutInfo(sources));
        }
      }
    }
    assertThat(silent).as("packages without package-info.java").isEmpty();
  }

  /** The classes of {@code home} use {@code home} and {@code others}. */
  private static ArchRule mayUse(String home, DescribedPredicate<JavaClass> others) {
    return classes()
        .that()
        .resideInAPackage(home)
        .should()
        .onlyDependOnClassesThat(resideInAPackage(home).or(others));
  }

  private static boolean readsTheClock(CodeUnitCallTarget target) {
    String owner = target.getOwner().getName();
    return switch (target.getName()) {
      case "currentTimeMillis", "nanoTime" -> owner.equals("java.lang.System");
      case "now" -> owner.startsWith("java.time.");
      case "systemUTC", "systemDefaultZone", "system" -> owner.equals("java.time.Clock");
      default -> owner.equals("java.util.Date") && target.getRawParameterTypes().isEmpty();
    };
  }

  private static List<Path> packagesWithoutInfo(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .distinct()
          .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
          .toList();
    }
  }

  /** The directory of the whole build, from wherever the tests are started in it. */
  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve(".mvn"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
