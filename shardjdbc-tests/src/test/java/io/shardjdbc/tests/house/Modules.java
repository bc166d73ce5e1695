package io.shardjdbc.tests.house;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The project's modules as the class path of the tests holds them: directories or jars. */
final class Modules {

  static final String ROOT = "io.shardjdbc";

  private static final ImportOption NO_TESTS = new ImportOption.DoNotIncludeTests();

  private static final JavaClasses ALL = new ClassFileImporter().importPackages(ROOT);

  private static final JavaClasses CLASSES =
      ALL.that(DescribedPredicate.describe("of no test", type -> !isOfTests(type)));

  private Modules() {}

  /** The classes of all modules, without their tests. */
  static JavaClasses classes() {
    return CLASSES;
  }

  /** The same, and the tests that are here. */
  static JavaClasses withTests() {
    return ALL;
  }

  private static boolean isOfTests(JavaClass type) {
    Location location = Location.of(type.getSource().orElseThrow().getUri());
    return !NO_TESTS.includes(location) || location.contains("-tests.jar");
  }

  /** The packages that everybody may import. */
  static Set<String> exportedPackages() {
    Set<String> exported = new HashSet<>();
    for (ModuleDescriptor module : descriptors()) {
      for (ModuleDescriptor.Exports exports : module.exports()) {
        if (!exports.isQualified()) {
          exported.add(exports.source());
        }
      }
    }
    return exported;
  }

  static List<ModuleDescriptor> descriptors() {
    List<ModuleDescriptor> descriptors = new ArrayList<>();
    try {
      ClassLoader loader = Modules.class.getClassLoader();
      for (URL url : Collections.list(loader.getResources("module-info.class"))) {
        try (InputStream in = url.openStream()) {
          ModuleDescriptor module = ModuleDescriptor.read(in);
          if (module.name().startsWith(ROOT)) {
            descriptors.add(module);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return descriptors;
  }
}
