package io.shardjdbc.tests.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The project's modules as the class path of the tests holds them: directories or jars. */
final class Modules {

  static final String ROOT = "io.shardjdbc";

  private static final ImportOption NO_TESTS = new ImportOption.DoNotIncludeTests();

  private static final JavaClasses CLASSES = imported(location -> !isOfTests(location));

  private Modules() {}

  /** The classes of all modules, without their tests. */
  static JavaClasses classes() {
    return CLASSES;
  }

  /**
   * The tests that are here and have one of these names among their constants, as each has that
   * calls a method of this name. To read all of them takes as long as all rules.
   */
  static JavaClasses testsThatName(Set<String> names) {
    return imported(location -> isOfTests(location) && isNamed(location, names));
  }

  private static JavaClasses imported(ImportOption which) {
    return new ClassFileImporter().withImportOption(which).importPackages(ROOT);
  }

  private static boolean isNamed(Location location, Set<String> names) {
    try (InputStream in = location.asURI().toURL().openStream()) {
      String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      return names.stream().anyMatch(bytes::contains);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfTests(Location location) {
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
