package io.abraxas.rxjava3;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.abraxas.server.GearmanServer;
import io.abraxas.vertx.GearmanClient;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.streams.ReadStream;
import io.vertx.lang.rx.RxGen;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every annotated interface of the modules has its twin, with all methods. It finds them by
 * scanning: a new interface is held to it without a word here.
 */
class TwinsTest {
  private static final String ORIGINALS = "io.abraxas.";
  private static final String TWINS = "io.abraxas.rxjava3.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.abraxas");

  private static List<Class<?>> originals() {
    return CLASSES.stream()
        .filter(type -> type.isAnnotatedWith(VertxGen.class))
        .<Class<?>>map(JavaClass::reflect)
        .toList();
  }

  private static String twinName(Class<?> original) {
    return TWINS + original.getName().substring(ORIGINALS.length());
  }

  @Test
  void onlyInterfacesOfTheApiHaveTwinsAndAllOfThemDo() {
    assertThat(originals()).contains(GearmanClient.class, GearmanServer.class);
    List<String> generated =
        CLASSES.stream()
            .filter(type -> type.getName().startsWith(TWINS) && type.isTopLevelClass())
            .filter(type -> !type.getPackageName().equals(FlowableStream.class.getPackageName()))
            .map(JavaClass::getName)
            .toList();
    assertThat(generated)
        .containsExactlyInAnyOrderElementsOf(
            originals().stream().map(TwinsTest::twinName).toList());
  }

  @Test
  void nothingUsesTheWayToAStreamThatCanHang() {
    noClasses()
        .that()
        .resideInAPackage("io.abraxas.rxjava3..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.vertx.rxjava3.impl.ReadStreamSubscriber")
        .check(CLASSES);
    classes()
        .that()
        .haveFullyQualifiedName(TWINS + "vertx.WorkerTask")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(FlowableStream.class)
        .check(CLASSES);
  }

  @TestFactory
  Stream<DynamicTest> twinHasEveryMethod() {
    return originals().stream()
        .flatMap(
            original ->
                Stream.of(original.getMethods())
                    .filter(TwinsTest::isGenerated)
                    .map(
                        method ->
                            DynamicTest.dynamicTest(
                                original.getSimpleName() + "." + signature(method),
                                () -> hasTwin(original, method))));
  }

  private static boolean isGenerated(Method method) {
    GenIgnore ignored = method.getAnnotation(GenIgnore.class);
    return method.getDeclaringClass().getName().startsWith(ORIGINALS)
        && !method.isSynthetic()
        && (ignored == null || List.of(ignored.value()).contains(GenIgnore.PERMITTED_TYPE));
  }

  private static String signature(Method method) {
    return method.getName()
        + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toList();
  }

  private static void hasTwin(Class<?> original, Method method)
      throws ReflectiveOperationException {
    Class<?> twin = Class.forName(twinName(original));
    assertThat(twin.getAnnotation(RxGen.class).value()).isEqualTo(original);
    Class<?>[] parameters =
        Arrays.stream(method.getParameterTypes()).map(TwinsTest::twin).toArray(Class<?>[]::new);
    Method eager = twin.getMethod(method.getName(), parameters);
    if (Future.class.isAssignableFrom(method.getReturnType())) {
      Class<?> expected = ofFuture(method.getAnnotatedReturnType());
      String name = method.getName();
      Method lazy =
          twin.getMethod(
              "rx" + Character.toUpperCase(name.charAt(0)) + name.substring(1), parameters);
      assertThat(eager.getReturnType()).isEqualTo(expected);
      assertThat(lazy.getReturnType()).isEqualTo(expected);
    } else {
      assertThat(eager.getReturnType()).isEqualTo(twin(method.getReturnType()));
    }
  }

  private static Class<?> ofFuture(AnnotatedType future) {
    AnnotatedType value =
        ((AnnotatedParameterizedType) future).getAnnotatedActualTypeArguments()[0];
    if (value.getType() == Void.class) {
      return Completable.class;
    }
    return value.isAnnotationPresent(Nullable.class) ? Maybe.class : Single.class;
  }

  /** Streams that are handed over are Flowables; options, enums and all else are shared. */
  private static Class<?> twin(Class<?> type) {
    if (type == ReadStream.class) {
      return Flowable.class;
    }
    if (!type.isAnnotationPresent(VertxGen.class)) {
      return type;
    }
    String name = type.getName();
    String twin =
        name.startsWith(ORIGINALS)
            ? twinName(type)
            : name.replaceFirst("^io\\.vertx\\.", "io.vertx.rxjava3.");
    try {
      return Class.forName(twin);
    } catch (ClassNotFoundException e) {
      throw new AssertionError("no twin of " + name, e);
    }
  }
}
