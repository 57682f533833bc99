export { AnalyticsDashboard } from "@trackflow/react";
