interface Asset { id: string; type: string; category: string }

// components/AssetCard.tsx
import { useAnalytics } from '@/hooks/useAnalytics';
import { EVENT_TYPES, ENTITY_TYPES } from '@/types/analytics';

export function AssetCard({ asset }: { asset: Asset }) {
  const { track } = useAnalytics();

  const handleView = () => {
    track({
      eventType: EVENT_TYPES.ASSET_VIEWED,
      source: 'web',
      entityId: asset.id,
      entityType: ENTITY_TYPES.ASSET,
      props: {
        view_duration_ms: 0, // Update on unmount
        assetType: asset.type,
        assetCategory: asset.category,
      },
    });
  };

  return (
    <div onClick={handleView}>
      {/* Asset content */}
    </div>
  );
}
