// Component tests wait for what appears, however slow the machine is. This only ends a wait that would never end.

import { configure } from "@testing-library/react";

configure({ asyncUtilTimeout: 30_000 });
