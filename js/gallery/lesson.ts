/**
 * The views of a lesson, with no Python behind them: `npm run gallery`, and open
 * `js/gallery/lesson.html?scene=wrong&dark&presenter=true` (any trait, in JSON).
 */
import type { Request } from "../contract.js";
import widget from "../widgets/lesson.js";
import { SCENES } from "./lesson_scenes.js";
import { SceneModel, showScene } from "./scene_model.js";

class LessonModel extends SceneModel<object> {
  protected answer(id: string, request: Request): void {
    if (request.what === "hint") this.refuse(id, "InputError", "There is nobody here who knows hints.");
    else this.succeed(id);
  }
}

void showScene(SCENES, "question", widget, (made, kernel) => new LessonModel(made.traits, kernel));
