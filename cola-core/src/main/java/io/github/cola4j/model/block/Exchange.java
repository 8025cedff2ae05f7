package io.github.cola4j.model.block;

import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Puts stand-ins where a block holds its children: in its list of children, which blocks such as
 * {@code SequentialBlock} go through, and in its own fields, lists and arrays in them included,
 * which other blocks' code reads.
 */
final class Exchange {
  private final List<Runnable> undone = new ArrayList<>();

  /** A place that cannot take a stand-in; the message ends a sentence. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  /** A place that holds a child. */
  private interface Place {
    void set(Block block) throws ReflectiveOperationException;
  }

  /**
   * Exchanges a child everywhere in one of its parents, or nowhere.
   *
   * @throws Refused saying why it cannot be done
   */
  void put(Block parent, Block child, Block standIn) throws Refused {
    List<Place> places = new ArrayList<>();
    if (parent instanceof AbstractBlock) {
      List<Block> children = children(parent).values();
      inList(children, child, places);
    }
    for (Class<?> type = parent.getClass();
        type != null && type != AbstractBlock.class && type != Object.class;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        inField(field, parent, child, standIn, places);
      }
    }
    if (places.isEmpty()) {
      throw new Refused(
          "its parent, a %s, holds it neither in a list of children nor in a field"
              .formatted(parent.getClass().getName()));
    }
    List<Place> done = new ArrayList<>();
    try {
      for (Place place : places) {
        place.set(standIn);
        done.add(place);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      done.forEach(place -> restore(place, child));
      throw new Refused(
          "its parent, a %s, holds it where nothing can be exchanged (%s)"
              .formatted(parent.getClass().getName(), e));
    }
    done.forEach(place -> undone.add(() -> restore(place, child)));
  }

  /** Puts all children back. */
  void undo() {
    Collections.reverse(undone);
    undone.forEach(Runnable::run);
    undone.clear();
  }

  private static void restore(Place place, Block child) {
    try {
      place.set(child);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a place that was written once refuses to be again", e);
    }
  }

  private static void inField(
      Field field, Block parent, Block child, Block standIn, List<Place> places) throws Refused {
    Class<?> type = field.getType();
    boolean holds = type.isInstance(child);
    if (Modifier.isStatic(field.getModifiers())
        || !(holds || List.class.isAssignableFrom(type) || type.isArray())) {
      return;
    }
    try {
      field.setAccessible(true);
      Object value = field.get(parent);
      if (value == child) {
        if (!type.isInstance(standIn)) {
          throw new Refused(
              "the field %s of its parent, a %s, takes nothing but a %s"
                  .formatted(field.getName(), parent.getClass().getName(), type.getName()));
        }
        places.add(block -> field.set(parent, block));
      } else if (value instanceof List<?> list) {
        inList(list, child, places);
      } else if (value instanceof Object[] array) {
        for (int i = 0; i < array.length; i++) {
          if (array[i] == child) {
            int at = i;
            places.add(block -> array[at] = block);
          }
        }
      }
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      // What cannot be seen may not hold it; if it does, evaluation past the stand-in is noticed.
    }
  }

  @SuppressWarnings("unchecked") // what held a block can hold another, as far as lists know
  private static void inList(List<?> list, Block child, List<Place> places) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) == child) {
        int at = i;
        places.add(block -> ((List<Object>) list).set(at, block));
      }
    }
  }

  /** DJL gives copies of the list alone. */
  private static BlockList children(Block parent) {
    try {
      Field children = AbstractBlock.class.getDeclaredField("children");
      children.setAccessible(true);
      return (BlockList) children.get(parent);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new IllegalStateException("this version of DJL keeps a block's children elsewhere", e);
    }
  }
}
